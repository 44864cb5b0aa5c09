import { describe, expect, it } from 'vitest';
import { setId } from '../../../src/deploy/apply-set.ts';
import type { Manifest } from '../../../src/deploy/manifest.ts';
import { prune } from '../../../src/deploy/prune.ts';
import { createDiscovery } from '../../../src/kube/discovery.ts';
import type { EventBody } from '../../../src/session/events.ts';
import { RockpoolError } from '../../../src/session/failure.ts';
import { type Answer, type Asked, refusal, startScriptedApiserver } from './scripted-apiserver.ts';

const id = setId('shop', 'dev');
const manifest = (name: string, kind = 'ConfigMap'): Manifest => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, namespace: 'dev' },
});
const object = (name: string, over: object = {}) => ({
  metadata: {
    name,
    namespace: 'dev',
    uid: `u-${name}`,
    labels: { 'rockpool.dev/app': 'shop', 'applyset.kubernetes.io/part-of': id },
    managedFields: [{ manager: 'rockpool', operation: 'Apply', fieldsV1: {} }],
    ...over,
  },
});

/** A cluster whose set has the kinds, and whose ConfigMaps are the objects. */
async function pruned(
  wanted: readonly Manifest[],
  objects: readonly object[],
  script: (asked: Asked) => Answer | undefined = () => undefined,
  kinds = 'ConfigMap',
) {
  const parent = {
    metadata: { annotations: { 'applyset.kubernetes.io/contains-group-kinds': kinds } },
  };
  const { client, asked } = await startScriptedApiserver(
    (each) => {
      const answer = script(each);
      if (answer || each.method !== 'GET') return answer;
      if (each.url.endsWith('/configmaps/rockpool-shop')) return { body: parent };
      if (each.url.includes('/configmaps?')) return { body: { items: objects } };
      return each.url.includes('?') ? { body: { items: [] } } : undefined;
    },
    { showInventory: true },
  );
  const events: EventBody[] = [];
  const error: unknown = await prune(wanted, {
    client,
    discovery: createDiscovery(client),
    app: 'shop',
    namespace: 'dev',
    generation: 1,
    emit: (event) => events.push(event),
    signal: new AbortController().signal,
  }).catch((thrown) => thrown);
  if (error !== undefined && !(error instanceof RockpoolError)) throw error;
  return {
    events: events.flatMap((event) =>
      event.type === 'resource.pruned' ? [`${event.key} ${event.outcome}`] : [],
    ),
    failures: error?.failures ?? [],
    deletes: asked.filter(({ method }) => method === 'DELETE'),
    lists: asked.filter(({ url }) => url.includes('?')).map(({ url }) => decodeURIComponent(url)),
    writes: asked.filter(({ method }) => method === 'PATCH'),
  };
}

describe('prune', () => {
  it('deletes what the set has and the manifests do not, by its uid', async () => {
    const { events, deletes, lists } = await pruned([manifest('kept')], [object('kept'), object('old')]);
    expect(events).toEqual(['ConfigMap/dev/old deleted']);
    expect(deletes).toMatchObject([
      { url: '/api/v1/namespaces/dev/configmaps/old', body: { preconditions: { uid: 'u-old' } } },
    ]);
    expect(lists).toEqual([
      `/api/v1/namespaces/dev/configmaps?labelSelector=applyset.kubernetes.io/part-of=${id}&limit=500`,
    ]);
  });

  it.each([
    ['of another project', { labels: { 'rockpool.dev/app': 'other' } }],
    ['without our label', { labels: {} }],
    [
      'that a controller made of labels of ours',
      { managedFields: [{ manager: 'endpoint-controller', operation: 'Update', fieldsV1: {} }] },
    ],
  ])('leaves an object %s', async (_, over) => {
    const { events, deletes } = await pruned([manifest('kept')], [object('old', over)]);
    expect([events, deletes]).toEqual([[], []]);
  });

  it('deletes nothing when there are no manifests at all', async () => {
    const { events, deletes } = await pruned([], [object('old')]);
    expect([events, deletes]).toEqual([['ConfigMap/dev/old kept'], []]);
  });

  it('keeps claims and namespaces, and what the parent says of them', async () => {
    const { events, deletes, writes } = await pruned(
      [manifest('kept')],
      [object('kept')],
      ({ method, url }) =>
        method === 'GET' && url.includes('/persistentvolumeclaims?')
          ? { body: { items: [object('data')] } }
          : undefined,
      'ConfigMap,PersistentVolumeClaim,Secret',
    );
    expect([events, deletes]).toEqual([['PersistentVolumeClaim/dev/data kept'], []]);
    expect(writes).toMatchObject([
      {
        body: {
          metadata: {
            annotations: { 'applyset.kubernetes.io/contains-group-kinds': 'ConfigMap,PersistentVolumeClaim' },
          },
        },
      },
    ]);
  });

  it('tells what cannot be deleted, and keeps its kind in the set', async () => {
    const { events, failures, writes } = await pruned(
      [manifest('s', 'Secret')],
      [object('a'), object('b')],
      ({ method, url }) =>
        method === 'DELETE' && url.endsWith('/a') ? refusal(403, 'Forbidden', 'not you') : undefined,
      'ConfigMap,Secret',
    );
    expect(events).toEqual(['ConfigMap/dev/b deleted']);
    expect(failures).toMatchObject([
      { code: 'DELETE_FAILED', message: expect.stringContaining('not you'), hint: expect.any(String) },
    ]);
    expect(writes).toEqual([]);
  });

  it('takes a kind that is not served any more for empty, and reads every page', async () => {
    const { events } = await pruned(
      [manifest('kept')],
      [],
      ({ method, url }) => {
        if (method !== 'GET' || !url.includes('/configmaps?')) return undefined;
        return url.includes('continue=next')
          ? { body: { items: [object('b')] } }
          : { body: { items: [object('a')], metadata: { continue: 'next' } } };
      },
      'ConfigMap,Pool.x.dev',
    );
    expect(events.sort()).toEqual(['ConfigMap/dev/a deleted', 'ConfigMap/dev/b deleted']);
  });
});
