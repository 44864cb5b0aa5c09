import { describe, expect, it } from 'vitest';
import { withConfigHash } from '../../../src/deploy/config-hash.ts';
import { type Manifest, valueAt } from '../../../src/deploy/manifest.ts';

const config = (kind: string, name: string, data: object, namespace = 'dev'): Manifest => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, namespace },
  data,
});
const workload = (spec: object, kind = 'Deployment', apiVersion = 'apps/v1'): Manifest => ({
  apiVersion,
  kind,
  metadata: { name: 'web', namespace: 'dev' },
  spec: { template: { metadata: { annotations: { theirs: 'x' } }, spec } },
});
const hashOf = (manifest: Manifest, beside: readonly Manifest[]) =>
  valueAt(withConfigHash(manifest, beside), [
    'spec',
    'template',
    'metadata',
    'annotations',
    'rockpool.dev/config-hash',
  ]);

const uses: [string, object, Manifest][] = [
  [
    'env from a ConfigMap',
    { containers: [{ envFrom: [{ configMapRef: { name: 'c' } }] }] },
    config('ConfigMap', 'c', {}),
  ],
  [
    'env from a Secret',
    { initContainers: [{ envFrom: [{ secretRef: { name: 'c' } }] }] },
    config('Secret', 'c', {}),
  ],
  [
    'a variable',
    { containers: [{ env: [{ valueFrom: { configMapKeyRef: { name: 'c', key: 'k' } } }] }] },
    config('ConfigMap', 'c', {}),
  ],
  [
    'a secret variable',
    { containers: [{ env: [{ valueFrom: { secretKeyRef: { name: 'c', key: 'k' } } }] }] },
    config('Secret', 'c', {}),
  ],
  ['a volume', { volumes: [{ configMap: { name: 'c' } }] }, config('ConfigMap', 'c', {})],
  ['a secret volume', { volumes: [{ secret: { secretName: 'c' } }] }, config('Secret', 'c', {})],
  [
    'a projected volume',
    { volumes: [{ projected: { sources: [{ configMap: { name: 'c' } }] } }] },
    config('ConfigMap', 'c', {}),
  ],
  [
    'a projected secret',
    { volumes: [{ projected: { sources: [{ secret: { name: 'c' } }] } }] },
    config('Secret', 'c', {}),
  ],
];

describe('withConfigHash', () => {
  it.each(uses)('changes with the content of %s, and with nothing else', (_, spec, used) => {
    const before = hashOf(workload(spec), [used]);
    expect(before).toMatch(/^[0-9a-f]{10}$/);
    expect(hashOf(workload(spec), [{ ...used, data: { k: 'v' } }])).not.toBe(before);
    expect(hashOf(workload(spec), [config('ConfigMap', 'other', { k: 'v' }), used])).toBe(before);
    const labelled = { ...used, metadata: { ...used.metadata, labels: { a: 'b' } } };
    expect(hashOf(workload(spec), [labelled])).toBe(before);
  });

  const spec = { volumes: [{ secret: { secretName: 'c' } }] };

  it('keeps what the template has, and adds nothing where nothing of ours is used', () => {
    const marked = withConfigHash(workload(spec), [config('Secret', 'c', {})]);
    expect(valueAt(marked, ['spec', 'template', 'metadata', 'annotations'])).toMatchObject({ theirs: 'x' });
    for (const beside of [[], [config('ConfigMap', 'c', {})], [config('Secret', 'c', {}, 'extra')]]) {
      expect(withConfigHash(workload(spec), beside)).toEqual(workload(spec));
    }
  });

  it.each([
    ['Job', 'batch/v1'],
    ['ReplicaSet', 'apps/v1'],
    ['Rollout', 'argoproj.io/v1alpha1'],
  ])('leaves a %s alone', (kind, apiVersion) => {
    const manifest = workload(spec, kind, apiVersion);
    expect(withConfigHash(manifest, [config('Secret', 'c', {})])).toBe(manifest);
  });
});
