import { expect, it } from 'vitest';
import { setId } from '../../../src/deploy/apply-set.ts';
import {
  type DeleteReport,
  type DeleteResourcesOptions,
  deleteResources,
} from '../../../src/deploy/delete-resources.ts';
import type { DeleteTarget } from '../../../src/deploy/delete-target.ts';
import { resourceKey } from '../../../src/deploy/manifest.ts';
import { createDiscovery } from '../../../src/kube/discovery.ts';
import { RockpoolError } from '../../../src/session/failure.ts';
import { type Stored, startObjectServer } from './object-server.ts';
import { refusal } from './scripted-apiserver.ts';

const labels = { 'rockpool.dev/app': 'shop' };
const managedFields: object[] = [
  { manager: 'rockpool', operation: 'Apply', fieldsV1: {} },
  { manager: 'kube-controller-manager', operation: 'Update', subresource: 'status', fieldsV1: {} },
];
const creationTimestamp = '2026-01-01T00:00:05Z';
const ours = { metadata: { labels, managedFields, creationTimestamp } };
const core = '/api/v1/namespaces/dev';
const apps = '/apis/apps/v1/namespaces/dev';

const target = (apiVersion: string, kind: string, name: string, rest: object = {}): DeleteTarget => {
  const metadata = { name, ...(kind === 'Namespace' || name.includes('.') ? {} : { namespace: 'dev' }) };
  const manifest = { apiVersion, kind, metadata, ...rest };
  return { key: resourceKey(manifest), manifest };
};

async function setUp(script?: Parameters<typeof startObjectServer>[0]) {
  const server = await startObjectServer(script);
  const { client } = server;
  const signal = new AbortController().signal;
  const remove = async (targets: readonly DeleteTarget[], more: Partial<DeleteResourcesOptions> = {}) => {
    const reports: DeleteReport[] = [];
    const report = (entry: DeleteReport) => reports.push(entry);
    const options = {
      client,
      discovery: createDiscovery(client),
      app: 'shop',
      namespace: 'dev',
      report,
      signal,
      ...more,
    };
    const error: unknown = await deleteResources(targets, options).catch((thrown) => thrown);
    if (error !== undefined && !(error instanceof RockpoolError)) throw error;
    const deleted = server.asked.filter(({ method }) => method === 'DELETE');
    return {
      reports: reports.map(({ key, outcome }) => `${outcome} ${key}`),
      failures: error?.failures ?? [],
      deleted,
    };
  };
  return { ...server, remove, signal };
}

it('deletes what is ours in the reverse order, and keeps data, namespaces and what is not ours', async () => {
  const { put, remove } = await setUp();
  put(`${apps}/deployments/web`, ours);
  put(`${core}/configmaps/a`, ours);
  put(`${core}/configmaps/foreign`, { metadata: { labels: { 'rockpool.dev/app': 'other' } } });
  put(`${core}/persistentvolumeclaims/data`, ours);
  put('/api/v1/namespaces/dev', ours);
  const { reports, failures, deleted } = await remove([
    target('v1', 'Namespace', 'dev'),
    ...['a', 'none', 'foreign'].map((name) => target('v1', 'ConfigMap', name)),
    target('v1', 'PersistentVolumeClaim', 'data'),
    target('apps/v1', 'Deployment', 'web'),
  ]);
  expect(failures).toEqual([]);
  expect([reports[0], reports.at(-1)]).toEqual(['deleted Deployment/dev/web', 'kept Namespace//dev']);
  expect(reports.slice(1, -1).sort()).toEqual([
    'absent ConfigMap/dev/none',
    'deleted ConfigMap/dev/a',
    'foreign ConfigMap/dev/foreign',
    'kept PersistentVolumeClaim/dev/data',
  ]);
  expect(deleted.map(({ url }) => url)).toEqual([`${apps}/deployments/web`, `${core}/configmaps/a`]);
  for (const { body } of deleted) {
    expect(body).toMatchObject({
      preconditions: { uid: expect.any(String) },
      propagationPolicy: 'Foreground',
    });
  }
});

it('keeps what the project has from another namespace', async () => {
  const { put, remove } = await setUp();
  const inSet = (namespace: string) => ({
    metadata: {
      ...ours.metadata,
      labels: { ...labels, 'applyset.kubernetes.io/part-of': setId('shop', namespace) },
    },
  });
  const roles = '/apis/rbac.authorization.k8s.io/v1/clusterroles';
  put(`${roles}/reader.dev`, inSet('dev'));
  put(`${roles}/reader.other`, inSet('other'));
  const targets = ['reader.dev', 'reader.other'].map((name) =>
    target('rbac.authorization.k8s.io/v1', 'ClusterRole', name),
  );
  const { reports } = await remove(targets);
  expect(reports.sort()).toEqual(['deleted ClusterRole//reader.dev', 'shared ClusterRole//reader.other']);
});

it('waits until an object is gone', async () => {
  let looks = 0;
  const { put, remove, asked } = await setUp(({ method, url }, all) => {
    if (url !== `${core}/configmaps/a`) return undefined;
    if (method === 'DELETE') return { body: {} };
    looks += 1;
    if (looks === 4) all.delete(url);
    return undefined;
  });
  put(`${core}/configmaps/a`, ours);
  expect((await remove([target('v1', 'ConfigMap', 'a')])).reports).toEqual(['deleted ConfigMap/dev/a']);
  expect(asked.filter(({ method }) => method === 'GET').length).toBe(4);
});

it('takes an object that was made anew meanwhile for gone, and leaves it', async () => {
  const { put, remove } = await setUp(({ method, url }, all) => {
    if (method !== 'DELETE') return undefined;
    const object = all.get(url) as Stored;
    all.set(url, { ...object, metadata: { ...object.metadata, uid: 'another' } });
    return { body: {} };
  });
  put(`${core}/configmaps/a`, ours);
  const { reports, deleted } = await remove([target('v1', 'ConfigMap', 'a')]);
  expect(reports).toEqual(['deleted ConfigMap/dev/a']);
  expect(deleted).toHaveLength(1);
});

it('goes on after a failure, and tells it', async () => {
  const { put, remove } = await setUp(({ method, url }) =>
    method === 'DELETE' && url.includes('/a') ? refusal(403, 'Forbidden', 'not you') : undefined,
  );
  put(`${core}/configmaps/a`, ours);
  const { reports, failures } = await remove(['a', 'b'].map((name) => target('v1', 'ConfigMap', name)));
  expect(reports).toEqual(['absent ConfigMap/dev/b']);
  expect(failures).toMatchObject([
    {
      code: 'DELETE_FAILED',
      subject: 'ConfigMap/dev/a',
      message: 'ConfigMap a is not deleted: not you',
      hint: expect.stringContaining('same command'),
    },
  ]);
});

const set = {
  spec: {
    selector: { matchLabels: { app: 'db' } },
    volumeClaimTemplates: [{ metadata: { name: 'data' } }],
  },
};

/** As a StatefulSet's controller makes them, or somebody else. */
const madeBy = (manager: string, at = creationTimestamp) => ({
  labels: { app: 'db' },
  creationTimestamp: at,
  managedFields: [
    { manager, operation: 'Update', fieldsV1: { 'f:spec': { 'f:accessModes': {} } } },
    {
      manager: 'kube-controller-manager',
      operation: 'Update',
      fieldsV1: { 'f:spec': { 'f:volumeName': {} } },
    },
  ],
});
const controller = 'kube-controller-manager';

function putClaims(put: Awaited<ReturnType<typeof startObjectServer>>['put']): void {
  for (const name of ['data-db-0', 'data-db-1', 'data-db-x', 'data-dbs-0']) {
    put(`${core}/persistentvolumeclaims/${name}`, { metadata: madeBy(controller) });
  }
  put(`${core}/persistentvolumeclaims/data-db-2`, {
    metadata: { ...madeBy(controller), labels: { app: 'other' } },
  });
}

it('with volumes, deletes the claims that a StatefulSet made and no other', async () => {
  const { put, remove, objects } = await setUp();
  putClaims(put);
  put(`${apps}/statefulsets/db`, { ...set, ...ours });
  const { reports } = await remove([target('apps/v1', 'StatefulSet', 'db', set)], { volumes: true });
  expect(reports.slice(1).sort()).toEqual([
    'deleted PersistentVolumeClaim/dev/data-db-0',
    'deleted PersistentVolumeClaim/dev/data-db-1',
  ]);
  expect([...objects.keys()].map((path) => path.split('/').at(-1)).sort()).toEqual([
    'data-db-2',
    'data-db-x',
    'data-dbs-0',
  ]);
});

it('knows them after the StatefulSet has gone, but not a copy of them', async () => {
  const { put, remove, objects } = await setUp();
  putClaims(put);
  put(`${apps}/statefulsets/db`, { ...set, ...ours });
  const targets = [target('apps/v1', 'StatefulSet', 'db', set)];
  await remove(targets);
  const path = `${core}/persistentvolumeclaims/data-db-1`;
  const copied = objects.get(path)!;
  put(path, { ...copied, metadata: { ...copied.metadata, uid: 'another' } });
  const { reports } = await remove(targets, { volumes: true });
  expect(reports.sort()).toEqual([
    'absent StatefulSet/dev/db',
    'deleted PersistentVolumeClaim/dev/data-db-0',
    'unsure PersistentVolumeClaim/dev/data-db-1',
  ]);
});

it.each([
  ['nothing was ever applied', undefined, madeBy(controller)],
  ['it is older than the StatefulSet', ours, madeBy(controller, '2026-01-01T00:00:04Z')],
  ['somebody else made it', ours, madeBy('kubectl-client-side-apply')],
  [
    'the StatefulSet is a copy that somebody else applied',
    { metadata: { ...ours.metadata, managedFields: managedFields.slice(1) } },
    madeBy(controller),
  ],
])('with volumes, keeps a claim of the right name when %s', async (_, live, claim) => {
  const { put, remove, objects } = await setUp();
  const path = `${core}/persistentvolumeclaims/data-db-0`;
  put(path, { metadata: claim });
  if (live) put(`${apps}/statefulsets/db`, { ...set, ...live });
  const { reports } = await remove([target('apps/v1', 'StatefulSet', 'db', set)], { volumes: true });
  expect(reports).not.toContain('deleted PersistentVolumeClaim/dev/data-db-0');
  expect(objects.has(path)).toBe(true);
});

it('without, tells that they are kept', async () => {
  const { put, remove } = await setUp();
  putClaims(put);
  put(`${apps}/statefulsets/db`, { ...set, ...ours });
  const { reports } = await remove([target('apps/v1', 'StatefulSet', 'db', set)]);
  expect(reports.sort()).toEqual([
    'deleted StatefulSet/dev/db',
    'kept PersistentVolumeClaim/dev/data-db-0',
    'kept PersistentVolumeClaim/dev/data-db-1',
  ]);
});

it('a StatefulSet whose claims would go with it lets them go first', async () => {
  const { put, remove, objects } = await setUp(({ method, url }, all) => {
    if (method !== 'PATCH' || !url.includes('/statefulsets/db')) return undefined;
    const path = `${core}/persistentvolumeclaims/data-db-0`;
    const { ownerReferences: _, ...metadata } = all.get(path)!.metadata;
    all.set(path, { ...all.get(path), metadata });
    return undefined;
  });
  const spec = { ...set.spec, persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete' } };
  const { uid } = put(`${apps}/statefulsets/db`, { ...ours, spec }).metadata;
  put(`${core}/persistentvolumeclaims/data-db-0`, {
    metadata: { ...madeBy(controller), ownerReferences: [{ kind: 'StatefulSet', name: 'db', uid }] },
  });
  const { reports } = await remove([target('apps/v1', 'StatefulSet', 'db')]);
  expect(reports).toContain('kept PersistentVolumeClaim/dev/data-db-0');
  expect([...objects.keys()]).toEqual([`${core}/persistentvolumeclaims/data-db-0`]);
});

it('gives back what was adopted, and deletes it when that is asked for', async () => {
  const { put, remove } = await setUp();
  const annotations = { 'rockpool.dev/adopted': '{}' };
  const adopted = { metadata: { labels, annotations, managedFields } };
  const before = put(`${core}/configmaps/a`, adopted);
  const targets = [target('v1', 'ConfigMap', 'a')];
  expect((await remove(targets)).reports).toEqual(['unrecorded ConfigMap/dev/a']);
  put(`${core}/configmaps/a`, { metadata: { ...before.metadata, ...adopted.metadata } });
  expect((await remove(targets, { adopted: true })).reports).toEqual(['deleted ConfigMap/dev/a']);
});

it('keeps the definition of a kind of which others have objects', async () => {
  const { put, remove } = await setUp();
  const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/pools.x.dev';
  const spec = {
    group: 'x.dev',
    names: { kind: 'Pool', plural: 'pools' },
    scope: 'Namespaced',
    versions: [{ name: 'v1', served: true }],
  };
  put(path, { ...ours, spec });
  const pool = '/apis/x.dev/v1/pools/theirs';
  put(pool, { metadata: { namespace: 'other' } });
  const crd = [target('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'pools.x.dev')];
  expect((await remove(crd)).reports).toEqual(['needed CustomResourceDefinition//pools.x.dev']);
  put(pool, ours);
  expect((await remove(crd)).reports).toEqual(['deleted CustomResourceDefinition//pools.x.dev']);
});

it('only tells, when that is asked for', async () => {
  const { put, remove } = await setUp();
  put(`${core}/configmaps/a`, ours);
  put(`${apps}/statefulsets/db`, { ...set, ...ours });
  putClaims(put);
  const targets = [target('v1', 'ConfigMap', 'a'), target('apps/v1', 'StatefulSet', 'db')];
  const { reports, deleted } = await remove(targets, { dryRun: true, volumes: true });
  expect(reports).toHaveLength(4);
  expect(deleted).toEqual([]);
});
