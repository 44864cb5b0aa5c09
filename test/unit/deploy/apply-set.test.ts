import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { joined, parseGroupKind, readScope, scopeOf, setId } from '../../../src/deploy/apply-set.ts';

const manifest = (apiVersion: string, kind: string, namespace?: string) => ({
  apiVersion,
  kind,
  metadata: { name: 'x', ...(namespace === undefined ? {} : { namespace }) },
});

describe('an ApplySet', () => {
  it('has the id that KEP-3659 prescribes, and it is a valid label', () => {
    const hash = createHash('sha256').update('rockpool-shop.dev.ConfigMap.').digest('base64');
    const id = setId('shop', 'dev');
    expect(id).toBe(`applyset-${hash.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}-v1`);
    expect(id).toMatch(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,61}[A-Za-z0-9]$/);
    expect(setId('shop', 'other')).not.toBe(id);
  });

  it('names kinds with their group, and the namespaces beside its own', () => {
    const manifests = [
      manifest('v1', 'Service', 'dev'),
      manifest('apps/v1', 'Deployment', 'dev'),
      manifest('apps/v1', 'Deployment', 'extra'),
      manifest('v1', 'Namespace'),
    ];
    expect(scopeOf(manifests, 'dev')).toEqual({
      kinds: ['Deployment.apps', 'Namespace', 'Service'],
      namespaces: ['extra'],
    });
  });

  it('reads back what it wrote, and what is not there for nothing', () => {
    const annotations = {
      'applyset.kubernetes.io/contains-group-kinds': 'Deployment.apps,Service',
      'applyset.kubernetes.io/additional-namespaces': '',
    };
    expect(readScope(annotations)).toEqual({ kinds: ['Deployment.apps', 'Service'], namespaces: [] });
    expect(readScope()).toEqual({ kinds: [], namespaces: [] });
    expect(joined(readScope(annotations), { kinds: ['Service', 'Job.batch'], namespaces: ['a'] })).toEqual({
      kinds: ['Deployment.apps', 'Job.batch', 'Service'],
      namespaces: ['a'],
    });
  });

  it.each([
    ['Deployment.apps', { group: 'apps', kind: 'Deployment' }],
    ['Service', { group: '', kind: 'Service' }],
    ['Pool.x.example.com', { group: 'x.example.com', kind: 'Pool' }],
  ])('parses %s', (text, expected) => expect(parseGroupKind(text)).toEqual(expected));
});
