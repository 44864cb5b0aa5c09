import { expect, it } from 'vitest';
import { restoreWorkloads } from '../../../src/deploy/restore-workloads.ts';
import { type StopReport, stopWorkloads } from '../../../src/deploy/stop-workloads.ts';
import { RockpoolError } from '../../../src/session/failure.ts';
import { type Stored, startObjectServer } from './object-server.ts';
import { type Asked, refusal } from './scripted-apiserver.ts';

const labels = { 'rockpool.dev/app': 'shop' };
const apps = '/apis/apps/v1/namespaces/dev';
const batch = '/apis/batch/v1/namespaces/dev';
const core = '/api/v1/namespaces/dev';
const owned = (uid = '', kind = 'CronJob') => [{ kind, name: 'x', uid, controller: true }];
const managedFields: object[] = [{ manager: 'rockpool', operation: 'Apply', fieldsV1: {} }];
const ours = { labels, managedFields };
const deployment = (replicas: number) => ({ metadata: ours, spec: { replicas } });

async function setUp(script?: Parameters<typeof startObjectServer>[0]) {
  const server = await startObjectServer(script);
  const abort = new AbortController();
  const options = { client: server.client, app: 'shop', namespaces: ['dev'], signal: abort.signal };
  const stop = async () => {
    const reports: StopReport[] = [];
    const error: unknown = await stopWorkloads({
      ...options,
      report: (report) => reports.push(report),
      waiting: () => undefined,
    }).catch((thrown) => thrown);
    if (error !== undefined && !(error instanceof RockpoolError)) throw error;
    const failures = error?.failures ?? [];
    return { reports: reports.map(({ key, outcome }) => `${outcome} ${key}`), failures };
  };
  const restore = async () => {
    const keys: string[] = [];
    await restoreWorkloads({ ...options, report: (key) => keys.push(key) });
    return keys;
  };
  const replicas = (name: string) =>
    (server.objects.get(`${apps}/${name}`)?.['spec'] as { replicas: number } | undefined)?.replicas;
  return { ...server, stop, restore, replicas, abort };
}

it('stops what is ours, deletes bare pods, leaves the rest, and puts it all back', async () => {
  const { put, objects, stop, restore, replicas, asked } = await setUp();
  put(`${apps}/deployments/web`, deployment(2));
  put(`${apps}/deployments/foreign`, { ...deployment(4), metadata: { labels: { 'rockpool.dev/app': 'x' } } });
  const { uid } = put(`${batch}/cronjobs/tick`, { metadata: ours, spec: { suspend: false } }).metadata;
  const template = { metadata: { labels } };
  put(`${batch}/jobs/tick-1`, {
    metadata: { ownerReferences: owned(uid), managedFields: [] },
    spec: { template },
  });
  put(`${core}/pods/bare`, { metadata: ours, status: { phase: 'Running' } });
  put(`${core}/pods/ended`, { metadata: ours, status: { phase: 'Succeeded' } });
  put(`${core}/persistentvolumeclaims/data`, { metadata: { labels } });
  const { reports, failures } = await stop();
  expect(failures).toEqual([]);
  expect(reports.sort()).toEqual([
    'deleted Pod/dev/bare',
    'stopped Deployment/dev/web',
    'suspended CronJob/dev/tick',
    'suspended Job/dev/tick-1',
  ]);
  expect([replicas('deployments/web'), replicas('deployments/foreign')]).toEqual([0, 4]);
  expect([...objects.keys()].filter((path) => path.startsWith(core))).toEqual([
    `${core}/pods/ended`,
    `${core}/persistentvolumeclaims/data`,
  ]);
  expect((await stop()).reports.every((line) => line.startsWith('already'))).toBe(true);
  expect((await restore()).sort()).toEqual(['CronJob/dev/tick', 'Deployment/dev/web', 'Job/dev/tick-1']);
  expect(replicas('deployments/web')).toBe(2);
  for (const { url, method } of asked)
    if (method === 'PATCH') expect(url).toContain('fieldManager=rockpool-stop');
  expect(await restore()).toEqual([]);
});

it('leaves what only carries the label: copies of manifests, and pods that people run', async () => {
  const { put, stop, restore, objects } = await setUp();
  const copied = {
    labels,
    managedFields: [{ manager: 'kubectl-create', operation: 'Update', fieldsV1: {} }],
  };
  put(`${apps}/deployments/copy`, { metadata: copied, spec: { replicas: 1 } });
  put(`${batch}/jobs/copy`, { metadata: copied, spec: {} });
  put(`${core}/pods/dbg`, { metadata: copied, status: { phase: 'Running' } });
  const annotations = { 'rockpool.dev/stopped': '[{"path":["spec","replicas"],"by":[],"was":3}]' };
  put(`${apps}/deployments/copy-of-stopped`, { metadata: { ...copied, annotations }, spec: { replicas: 0 } });
  const before = structuredClone([...objects]);
  expect(await stop()).toEqual({ reports: [], failures: [] });
  expect(await restore()).toEqual([]);
  expect([...objects]).toEqual(before);
});

it('tries again when somebody else changed the workload meanwhile', async () => {
  let between = 2;
  const { put, stop, replicas, objects } = await setUp(({ method, url }, all) => {
    if (method !== 'PATCH' || between-- <= 0) return undefined;
    const path = url.split('?')[0] ?? '';
    const object = all.get(path) as Stored;
    all.set(path, { ...object, metadata: { ...object.metadata, resourceVersion: `x${between}` } });
    return undefined;
  });
  put(`${apps}/deployments/web`, deployment(3));
  await stop();
  expect(replicas('deployments/web')).toBe(0);
  expect(objects.get(`${apps}/deployments/web`)?.metadata.annotations?.['rockpool.dev/stopped']).toContain(
    '"was":3',
  );
});

it('stops everything that may be stopped, and tells what may not', async () => {
  const { put, stop, replicas } = await setUp(({ method, url }: Asked) =>
    method === 'PATCH' && url.includes('/web?') ? refusal(403, 'Forbidden', 'not you') : undefined,
  );
  put(`${apps}/deployments/web`, deployment(1));
  put(`${apps}/statefulsets/db`, deployment(1));
  const { failures } = await stop();
  expect(failures).toMatchObject([
    {
      code: 'STOP_FAILED',
      subject: 'Deployment/dev/web',
      message: 'Deployment web is not stopped: not you',
      hint: expect.stringContaining('same command'),
    },
  ]);
  expect(replicas('statefulsets/db')).toBe(0);
});

it('waits for pods that are on their way, those of ReplicaSets and those that the kubelet calls failed too', async () => {
  let looks = 0;
  const { put, stop } = await setUp(({ method, url }, all) => {
    if (method === 'GET' && /\/pods\?/.test(url) && !url.includes('labelSelector')) {
      looks += 1;
      if (looks === 2) all.delete(`${core}/pods/web-1-a`);
    }
    return undefined;
  });
  const { uid } = put(`${apps}/deployments/web`, deployment(1)).metadata;
  const set = put(`${apps}/replicasets/web-1`, { metadata: { ownerReferences: owned(uid, 'Deployment') } });
  const metadata = { deletionTimestamp: 'now', ownerReferences: owned(set.metadata.uid, 'ReplicaSet') };
  put(`${core}/pods/web-1-a`, { metadata, status: { phase: 'Failed' } });
  await stop();
  expect(looks).toBe(2);
});

it('ends its wait with the signal', async () => {
  const { put, stop, abort } = await setUp(({ url }) => {
    if (/\/pods\?/.test(url) && !url.includes('labelSelector')) setImmediate(() => abort.abort());
    return undefined;
  });
  const { uid } = put(`${apps}/statefulsets/db`, deployment(1)).metadata;
  put(`${core}/pods/db-0`, { metadata: { ownerReferences: owned(uid, 'StatefulSet') } });
  await expect(stop()).rejects.toThrow();
});

it('says in one sentence that the apiserver does not answer', async () => {
  const { client, stop } = await startObjectServer();
  await stop();
  const options = { client, app: 'shop', namespaces: ['dev'], signal: new AbortController().signal };
  await expect(restoreWorkloads({ ...options, report: () => undefined })).rejects.toMatchObject({
    failures: [{ code: 'CLUSTER_LOST', hint: expect.any(String) }],
  });
});
