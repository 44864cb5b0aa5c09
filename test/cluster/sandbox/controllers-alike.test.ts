import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type OneCluster, realCluster, sandboxCluster } from './two-clusters.ts';
import { eventsIn, objectsIn } from './what-is-told.ts';

let clusters: readonly [real: OneCluster, sandbox: OneCluster];
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rockpool-test-'));
  // The real one last: what it made is left behind when the other does not start.
  const sandbox = await sandboxCluster();
  clusters = [await realCluster(), sandbox];
});
afterAll(async () => {
  await Promise.all(clusters?.map((cluster) => cluster.close()) ?? []);
  await rm(folder, { recursive: true, force: true });
});

const container = (command: string, image = 'busybox') =>
  `{ name: c, image: ${image}, imagePullPolicy: ${image === 'missing' ? 'Never' : 'IfNotPresent'}, command: [${command}] }`;
const workload = (kind: string, name: string, spec: string, image = 'busybox') => `---
apiVersion: apps/v1
kind: ${kind}
metadata: { name: ${name} }
spec:
  ${spec}
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: { terminationGracePeriodSeconds: 0, containers: [${container('sleep, "100000"', image)}] }
`;
const job = (name: string, command: string, spec = '') => `---
apiVersion: batch/v1
kind: Job
metadata: { name: ${name} }
spec: { ${spec}backoffLimit: 0, template: { spec: { restartPolicy: Never, containers: [${container(command)}] } } }
`;
const pod = (name: string, spec: string) => `---
apiVersion: v1
kind: Pod
metadata: { name: ${name} }
spec: { ${spec}, containers: [${container('sleep, "100000"')}] }
`;
const storage = '{ accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Mi } } }';
const MANIFESTS = [
  workload('Deployment', 'web', 'replicas: 1'),
  `---\napiVersion: v1\nkind: Service\nmetadata: { name: web }\nspec: { selector: { app: web }, ports: [{ port: 80, targetPort: 8000 }] }\n`,
  workload(
    'StatefulSet',
    'db',
    `replicas: 2\n  serviceName: db\n  volumeClaimTemplates: [{ metadata: { name: data }, spec: ${storage} }]`,
  ),
  workload('DaemonSet', 'agent', 'updateStrategy: { type: RollingUpdate }'),
  workload('Deployment', 'stuck', 'progressDeadlineSeconds: 2', 'missing'),
  workload('Deployment', 'fresh', 'strategy: { type: Recreate }'),
  workload('StatefulSet', 'many', 'replicas: 2\n  podManagementPolicy: Parallel'),
  job('once', '"true"'),
  job('twice', '"true"', 'completions: 2, completionMode: Indexed, parallelism: 2, '),
  job('bad', '"false"'),
  `---\napiVersion: batch/v1\nkind: CronJob\nmetadata: { name: tick }\nspec: { suspend: true, schedule: "0 * * * *", jobTemplate: { spec: { template: { spec: { restartPolicy: Never, containers: [${container('"true"')}] } } } } }\n`,
  pod('selective', 'nodeSelector: { disk: ssd }'),
  pod('claimless', 'volumes: [{ name: d, persistentVolumeClaim: { claimName: nope } }]'),
];

const ALL = ['deployment/web', 'deployment/fresh', 'statefulset/db', 'statefulset/many', 'daemonset/agent'];

const both = (...args: string[]) => Promise.all(clusters.map((cluster) => cluster.kubectl(...args)));

/** Waits until both tell the same; says where they differ when they do not. */
async function alike(): Promise<void> {
  const [real, sandbox] = clusters;
  await expect
    .poll(() => objectsIn(real), { timeout: 60_000, interval: 500 })
    .toEqual(await objectsIn(sandbox));
  await expect
    .poll(() => eventsIn(real), { timeout: 20_000, interval: 500 })
    .toEqual(await eventsIn(sandbox));
}

test('controllers of the sandbox make and tell what real ones do', async () => {
  const file = join(folder, 'all.yaml');
  await writeFile(file, MANIFESTS.join(''));
  await both('apply', '-f', file);
  for (const name of ALL) await both('rollout', 'status', name, '--timeout=90s');
  await both('wait', '--for=condition=complete', 'job/once', '--timeout=60s');
  await both('wait', '--for=condition=complete', 'job/twice', '--timeout=60s');
  await both('wait', '--for=condition=failed', 'job/bad', '--timeout=60s');
  const late = 'jsonpath={.status.conditions[?(@.type=="Progressing")].reason}=ProgressDeadlineExceeded';
  await both('wait', `--for=${late}`, 'deployment/stuck', '--timeout=60s');
  await alike();

  await both('set', 'env', ...ALL, 'A=1');
  for (const name of ALL) await both('rollout', 'status', name, '--timeout=90s');
  await alike();

  await both('rollout', 'pause', 'deployment/web');
  await both('set', 'env', 'deployment/web', 'A=2');
  await alike();

  await both('rollout', 'resume', 'deployment/web');
  await both('rollout', 'status', 'deployment/web', '--timeout=90s');
  for (const name of ['deployment/web', 'statefulset/db', 'daemonset/agent']) {
    await both('rollout', 'undo', name);
    await both('rollout', 'status', name, '--timeout=90s');
    const [real, sandbox] = await both('rollout', 'history', name);
    expect(sandbox).toBe(real);
  }
  await alike();

  await both('scale', 'deployment/web', '--replicas=0');
  await both('scale', 'statefulset/db', '--replicas=1');
  await both('delete', 'daemonset/agent', '--cascade=orphan');
  await both('delete', 'service/web');
  await both('delete', 'deployment/fresh', '--cascade=foreground');
  await alike();
}, 300_000);
