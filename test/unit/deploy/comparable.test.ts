import { describe, expect, it } from 'vitest';
import { comparable, maskSecrets } from '../../../src/deploy/comparable.ts';

describe('what a diff shows', () => {
  it('leaves out what the apiserver writes', () => {
    const metadata = {
      ...{
        name: 'a',
        uid: 'u',
        resourceVersion: '1',
        generation: 2,
        creationTimestamp: 'now',
        managedFields: [],
      },
      annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}' },
    };
    const shown = comparable({ spec: { a: 1 }, status: { b: 1 }, kind: 'X', apiVersion: 'v1', metadata });
    expect(shown).toEqual({ apiVersion: 'v1', kind: 'X', metadata: { name: 'a' }, spec: { a: 1 } });
    expect(Object.keys(shown)[0]).toBe('apiVersion');
  });

  it('never shows the value of a Secret, and shows which differ', () => {
    const secret = (data: object) => ({ apiVersion: 'v1', kind: 'Secret', data });
    const [before, after] = maskSecrets(
      secret({ same: 'x', other: 'old', gone: 'g' }),
      secret({ same: 'x', other: 'new' }),
    );
    expect(before?.data).toEqual({ same: '***', other: '*** (before)', gone: '***' });
    expect(after.data).toEqual({ same: '***', other: '*** (after)' });
    const configMap = { apiVersion: 'v1', kind: 'ConfigMap', data: { a: 'b' } };
    expect(maskSecrets(undefined, configMap)).toEqual([undefined, configMap]);
  });
});
