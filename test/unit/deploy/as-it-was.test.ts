import { expect, it } from 'vitest';
import { asItWas } from '../../../src/deploy/as-it-was.ts';
import type { KubeObject } from '../../../src/kube/kube-object.ts';

const entry = (manager: string, fieldsV1: object) => ({ manager, operation: 'Update', fieldsV1 });
const web = (inner: object) => ({ 'f:spec': { 'f:containers': { 'k:{"name":"web"}': inner } } });

/** A workload with a container; `fields` say who has set what of it. */
function made(container: object, fields: readonly object[] = [], spec: object = {}): KubeObject {
  const metadata = { name: 'web', managedFields: fields };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata,
    spec: { ...spec, containers: [{ name: 'web', ...container }] },
  } as KubeObject;
}

const content = (object: KubeObject) => (object as unknown as { spec: unknown }).spec;
const probe = web({ '.': {}, 'f:name': {}, 'f:readinessProbe': { 'f:httpGet': { 'f:port': {} } } });
const whole = { readinessProbe: { httpGet: { port: 80, scheme: 'HTTP' }, periodSeconds: 10 } };

it.each([
  ['a probe with its defaults', made(whole, [entry('rockpool', probe)]), made({}), made({})],
  [
    'a value and a map that nobody has in the fields',
    made({ image: 'new' }, [entry('rockpool', web({ 'f:image': {} }))], { strategy: { rollingUpdate: {} } }),
    made({ image: 'old' }, [], { strategy: { type: 'Recreate' } }),
    made({ image: 'old' }, [], { strategy: { type: 'Recreate' } }),
  ],
  [
    'a container, though somebody changed it since',
    made({ name: 'more', image: 'b' }, [
      entry('rockpool', { 'f:spec': { 'f:containers': { 'k:{"name":"more"}': { '.': {}, 'f:name': {} } } } }),
      entry('kubectl-edit', { 'f:spec': { 'f:containers': { 'k:{"name":"more"}': { 'f:image': {} } } } }),
    ]),
    made({}),
    made({}),
  ],
])('nothing is left of %s', (_, live, original, expected) => {
  expect(content(asItWas(live, original, 'everybody'))).toEqual(content(expected));
});

it.each(['everybody', 'controllers', 'nobody'] as const)('of later changes those of %s stay', (staying) => {
  const live = made(
    { image: 'new', stdin: true },
    [
      entry('rockpool', web({ 'f:image': {} })),
      entry('kubectl-edit', web({ 'f:stdin': {}, 'f:image': {} })),
      entry('kube-controller-manager', { 'f:spec': { 'f:replicas': {} }, 'f:status': { 'f:replicas': {} } }),
      entry('other-controller', { 'f:status': { 'f:replicas': {} } }),
    ],
    { replicas: 5 },
  );
  const restored = asItWas(live, made({ image: 'old' }, [], { replicas: 1 }), staying);
  const edited = staying === 'everybody' ? { stdin: true } : {};
  const replicas = staying === 'nobody' ? 1 : 5;
  expect(content(restored)).toEqual({ replicas, containers: [{ name: 'web', image: 'old', ...edited }] });
});

it('metadata keeps what others have put there, and its version', () => {
  const labels = { 'rockpool.dev/app': 'shop', since: 'kept' };
  const metadata = {
    name: 'web',
    resourceVersion: '7',
    labels,
    managedFields: [
      entry('rockpool', { 'f:metadata': { 'f:labels': { 'f:rockpool.dev/app': {} } } }),
      entry('rockpool-release', { 'f:spec': {} }),
    ],
  };
  const live = { apiVersion: 'v1', kind: 'Service', metadata, status: { up: true } } as unknown as KubeObject;
  const original = { kind: 'Service', metadata: { name: 'web', resourceVersion: '1' } } as KubeObject;
  expect(asItWas(live, original, 'everybody')).toMatchObject({
    metadata: { resourceVersion: '7', labels: { since: 'kept' } },
    status: { up: true },
  });
  expect(asItWas(live, original, 'everybody').metadata?.labels).not.toHaveProperty(['rockpool.dev/app']);
});

it('the size of a claim and the node of a pod stay: they cannot be taken back', () => {
  const claim = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: {}, spec: { resources: 2 } };
  const before = { ...claim, spec: { resources: 1, volumeMode: 'Filesystem' } } as unknown as KubeObject;
  const restored = asItWas(claim as unknown as KubeObject, before, 'nobody');
  expect(content(restored)).toEqual({ resources: 2, volumeMode: 'Filesystem' });
});
