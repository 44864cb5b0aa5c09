import { expect, it } from 'vitest';
import { changedFields } from '../../../src/deploy/changed-fields.ts';
import { differencesOf } from '../../../src/deploy/misfit-claims.ts';

const set = (spec: object, kind = 'StatefulSet') => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name: 'db' },
  spec,
});
const claim = (storage: string, more: object = {}) => ({
  metadata: { name: 'data' },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } }, ...more },
});

it.each([
  [
    'the size of a claim',
    set({ replicas: 2, volumeClaimTemplates: [claim('200Mi')] }),
    set({ replicas: 1, volumeClaimTemplates: [claim('100Mi', { volumeMode: 'Filesystem' })] }),
    [['spec', 'volumeClaimTemplates', 0, 'spec', 'resources', 'requests', 'storage']],
  ],
  ['another service', set({ serviceName: 'b' }), set({ serviceName: 'a' }), [['spec', 'serviceName']]],
  [
    'one claim more',
    set({ volumeClaimTemplates: [claim('1Mi'), claim('1Mi')] }),
    set({ volumeClaimTemplates: [claim('1Mi')] }),
    [['spec', 'volumeClaimTemplates']],
  ],
  ['what can be changed', set({ replicas: 2, template: { a: 1 } }), set({ template: { a: 2 } }), []],
  ['kinds that name their field themselves', set({ a: 1 }, 'Deployment'), set({ a: 2 }, 'Deployment'), []],
])('%s', (_, manifest, live, expected) => {
  expect(changedFields(manifest, live)).toEqual(expected);
});

it('what an earlier volume claim has otherwise is told with both values', () => {
  const has = claim('100Mi', { storageClassName: 'standard', volumeMode: 'Filesystem' });
  expect(differencesOf(claim('100Mi'), has)).toEqual([]);
  expect(differencesOf(claim('200Mi', { storageClassName: 'fast' }), has)).toEqual([
    'its storage is 100Mi, not 200Mi',
    'its storageClassName is standard, not fast',
  ]);
});
