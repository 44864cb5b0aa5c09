import { afterAll, beforeAll, expect, test } from 'vitest';
import { type OneCluster, realCluster, sandboxCluster } from './two-clusters.ts';

let clusters: readonly [real: OneCluster, sandbox: OneCluster];

beforeAll(async () => {
  // The real one last: what it made is left behind when the other does not start.
  const sandbox = await sandboxCluster();
  clusters = [await realCluster(), sandbox];
});
afterAll(async () => {
  await Promise.all(clusters?.map((cluster) => cluster.close()) ?? []);
});

const both = (...args: string[]) => Promise.all(clusters.map((cluster) => cluster.kubectl(...args)));
const KEPT = [
  'configmaps',
  'secrets',
  'serviceaccounts',
  'services',
  'deployments',
  'cronjobs',
  'ingresses',
  'quota',
  'roles',
];
const MADE = new Set(['settings', 'keys', 'robot', 'made', 'none', 'never', 'door', 'few', 'reader']);

/** These commands send protobuf; nothing else does. */
test('what `kubectl create` makes is what a real one keeps of it', async () => {
  await both('create', 'configmap', 'settings', '--from-literal=a=1', '--from-literal=empty=');
  await both('create', 'secret', 'generic', 'keys', '--from-literal=k=v');
  await both('create', 'serviceaccount', 'robot');
  await both('create', 'service', 'clusterip', 'made', '--tcp=80:http', '--clusterip=None');
  await both('create', 'deployment', 'none', '--image=busybox', '--replicas=0', '--port=8080');
  await both('create', 'cronjob', 'never', '--image=busybox', '--schedule=0 0 31 2 *', '--', 'true');
  await both('create', 'job', 'by-hand', '--from=cronjob/never');
  await both('create', 'ingress', 'door', '--rule=a.example.com/*=made:http');
  await both('create', 'quota', 'few', '--hard=pods=100,services=1k');
  await both('create', 'role', 'reader', '--verb=get,list', '--resource=pods');
  const kept = ({ namespace, kubectl }: OneCluster) =>
    kubectl('get', KEPT.join(','), '-o', 'json').then((text) =>
      (JSON.parse(text).items as { kind: string; metadata: { name: string; creationTimestamp: string } }[])
        .filter(({ metadata }) => MADE.has(metadata.name))
        .map((object) => essence(object, namespace)),
    );
  const [real, sandbox] = await Promise.all(clusters.map(kept));
  expect(sandbox).toHaveLength(MADE.size);
  expect(sandbox).toEqual(real);
});

/** What was sent, as it is kept; not what the API fills in. */
function essence(object: { kind: string }, namespace: string): unknown {
  const { metadata, data, type, spec, rules } = object as unknown as Record<string, unknown> & {
    metadata: { name: string; labels?: object };
    spec?: Record<string, unknown>;
  };
  const own = spec && {
    ...{ ports: spec.ports, selector: spec.selector, replicas: spec.replicas, schedule: spec.schedule },
    ...{ jobTemplate: spec.jobTemplate, rules: spec.rules, hard: spec.hard, template: spec.template },
  };
  return JSON.parse(
    JSON.stringify({
      kind: object.kind,
      name: metadata.name,
      labels: metadata.labels,
      data,
      type,
      rules,
      own,
    })
      .replaceAll(namespace, 'NAMESPACE')
      .replaceAll('"creationTimestamp":null,', ''),
  );
}
