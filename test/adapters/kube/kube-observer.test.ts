import type { ServerResponse } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createKubeObserver } from '../../../src/deploy/kube-observer.ts';
import type { EventBody } from '../../../src/session/events.ts';
import type { Failure } from '../../../src/session/failure.ts';
import { clientOf, json, startApiServer, status } from './api-server.ts';

const pods = '/api/v1/namespaces/shop/pods';
const deployments = '/apis/apps/v1/namespaces/shop/deployments';
const replicaSets = '/apis/apps/v1/namespaces/shop/replicasets';
const warnings = '/api/v1/namespaces/shop/events';
const nodes = '/api/v1/nodes';
const workloads = [
  ...['deployments', 'statefulsets', 'daemonsets', 'replicasets'].map(
    (kind) => `/apis/apps/v1/namespaces/shop/${kind}`,
  ),
  ...['jobs', 'cronjobs'].map((kind) => `/apis/batch/v1/namespaces/shop/${kind}`),
];

describe('createKubeObserver', () => {
  it('follows all pods and Services, and the workloads of the project', async () => {
    const { events, selectors, heard, asked } = await observe({
      [pods]: [pod('mine', { 'rockpool.dev/app': 'shop' }), pod('other', {})],
      '/api/v1/namespaces/shop/services': [{ metadata: meta('web'), spec: { ports: [{ port: 80 }] } }],
      [deployments]: [{ metadata: meta('web'), spec: { replicas: 0 }, status: { observedGeneration: 1 } }],
    });
    await heard(4);
    await Promise.all(workloads.map((path) => asked(path, 1)));
    expect(events.map((event) => event.type).sort()).toEqual([
      'pod.observed',
      'pod.observed',
      'service.observed',
      'workload.observed',
    ]);
    expect(events).toContainEqual(
      expect.objectContaining({ pod: expect.objectContaining({ name: 'mine', mine: true }) }),
    );
    expect(selectors.get(pods)).toBeNull();
    expect(selectors.get('/api/v1/namespaces/shop/services')).toBeNull();
    for (const path of workloads) expect(selectors.get(path)).toBe('rockpool.dev/app=shop');
  });

  it('leaves out what another workload made, and tells deletions of what it told', async () => {
    const owned = {
      ...meta('web-1f'),
      ownerReferences: [{ kind: 'Deployment', name: 'web', controller: true }],
    };
    const { events, heard, watching } = await observe({
      [replicaSets]: [{ metadata: owned }, { metadata: meta('bare'), status: { observedGeneration: 1 } }],
    });
    await heard(1);
    (await watching(replicaSets))(
      { type: 'DELETED', object: { metadata: owned } },
      { type: 'DELETED', object: { metadata: meta('bare') } },
    );
    await heard(2);
    expect(events).toMatchObject([
      { type: 'workload.observed', workload: { key: 'ReplicaSet/shop/bare' } },
      { type: 'workload.deleted', key: 'ReplicaSet/shop/bare' },
    ]);
  });

  it('does not tell a change that concerns nothing a session looks at', async () => {
    const { events, heard, watching } = await observe({ [pods]: [pod('web', {})] });
    await heard(1);
    const annotated = pod('web', {}, '2');
    (await watching(pods))(
      {
        type: 'MODIFIED',
        object: { ...annotated, metadata: { ...annotated.metadata, annotations: { a: 'b' } } },
      },
      { type: 'MODIFIED', object: { ...pod('web', {}, '3'), status: { phase: 'Running' } } },
    );
    await heard(2);
    expect(events).toMatchObject([
      { type: 'pod.observed', pod: { phase: 'Unknown' } },
      { type: 'pod.observed', pod: { phase: 'Running' } },
    ]);
  });

  it('observes the other kinds when one is forbidden, and says so once', async () => {
    const refused: Failure[] = [];
    const { events, heard, asked } = await observe(
      { [pods]: [pod('web', {})], [deployments]: 403 },
      (failure) => refused.push(failure),
    );
    await heard(1);
    await asked(deployments, 2);
    expect(events.map((event) => event.type)).toEqual(['pod.observed']);
    expect(refused).toMatchObject([{ code: 'CANNOT_OBSERVE', subject: 'deployments in shop' }]);
  });

  it('tells a lost and a found apiserver once for all kinds, and what was deleted in between', async () => {
    const { events, heard, stop, startAgain } = await observe({ [pods]: [pod('web', {}), pod('db', {})] });
    await heard(2);
    await stop();
    await heard(3);
    await startAgain({ [pods]: [pod('db', {})] });
    await heard(5);
    expect(events.slice(2)).toEqual([
      { type: 'cluster.lost', failure: expect.objectContaining({ code: 'CLUSTER_LOST' }) },
      { type: 'pod.deleted', namespace: 'shop', name: 'web', uid: 'uid-of-web' },
      { type: 'cluster.found' },
    ]);
  });

  it('tells the warnings of a namespace, and asks for no other events', async () => {
    const involvedObject = { kind: 'Pod', namespace: 'shop', name: 'web', uid: 'u' };
    const said = {
      metadata: meta('web.18'),
      involvedObject,
      reason: 'FailedMount',
      message: 'no such volume',
    };
    const { events, heard, selectors, watching } = await observe({ [warnings]: [said] });
    await heard(1);
    (await watching(warnings))({ type: 'DELETED', object: said });
    expect(events).toMatchObject([
      { type: 'warning.observed', warning: { about: 'Pod/shop/web', message: 'no such volume', count: 1 } },
    ]);
    expect(selectors.get(warnings)).toBe('type=Warning');
  });

  it('tells the nodes of the cluster when asked for no namespace', async () => {
    const { events, heard, watching } = await observe(
      { [nodes]: [{ metadata: { name: 'one' } }] },
      () => {},
      '',
    );
    await heard(1);
    (await watching(nodes))({ type: 'DELETED', object: { metadata: { name: 'one' } } });
    await heard(2);
    expect(events).toMatchObject([
      { type: 'node.observed', node: { name: 'one', ready: false } },
      { type: 'node.deleted', name: 'one' },
    ]);
  });

  it('goes on without nodes and warnings, and without a word, for a user who may not list them', async () => {
    const refused: Failure[] = [];
    const lists = { [nodes]: 403, [warnings]: 403, [pods]: [pod('web', {})] };
    const ofCluster = await observe(lists, (failure) => refused.push(failure), '');
    await ofCluster.asked(nodes, 2);
    const ofNamespace = await observe(lists, (failure) => refused.push(failure));
    await ofNamespace.asked(warnings, 2);
    expect(ofCluster.events).toEqual([]);
    expect(ofNamespace.events.map(({ type }) => type)).toEqual(['pod.observed']);
    expect(refused).toEqual([]);
  });

  it('resolves with the signal and ends its watches', async () => {
    const { observing, controller, watches, watching } = await observe({});
    await watching(pods);
    const closed = [...watches.values()].map(
      (watch) => new Promise((resolve) => watch.once('close', resolve)),
    );
    controller.abort();
    await observing;
    await Promise.all(closed);
  });
});

type Lists = Record<string, object[] | number>;
type Send = (...frames: object[]) => void;

/** An observer of namespace `shop` for project `shop`, and the server it asks. */
async function observe(lists: Lists, onRefused: (failure: Failure) => void = () => {}, namespace = 'shop') {
  const events: EventBody[] = [];
  const selectors = new Map<string, string | null>();
  const counts = new Map<string, number>();
  const watches = new Map<string, ServerResponse>();
  let served = lists;
  let changed = Promise.withResolvers<void>();
  const change = () => {
    changed.resolve();
    changed = Promise.withResolvers();
  };
  const until = async (holds: () => boolean) => {
    while (!holds()) await changed.promise;
  };

  const start = (port?: number) =>
    startApiServer(
      (request, response) => {
        const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost');
        if (searchParams.has('watch')) {
          response.flushHeaders();
          watches.set(pathname, response);
        } else {
          counts.set(pathname, (counts.get(pathname) ?? 0) + 1);
          selectors.set(pathname, searchParams.get('labelSelector') ?? searchParams.get('fieldSelector'));
          const items = served[pathname] ?? [];
          if (typeof items === 'number') json(response, status(items, 'Forbidden', 'is forbidden'), items);
          else json(response, { metadata: { resourceVersion: '1' }, items });
        }
        change();
      },
      port === undefined ? {} : { port },
    );

  const api = await start();
  const client = await clientOf(api.url);
  const controller = new AbortController();
  const emit = (event: EventBody) => {
    events.push(event);
    change();
  };
  const observing = createKubeObserver({ client, app: 'shop', onRefused }).observe(
    namespace,
    emit,
    controller.signal,
  );
  onTestFinished(async () => {
    controller.abort();
    await observing;
  });
  return {
    events,
    selectors,
    observing,
    controller,
    watches,
    heard: (count: number) => until(() => events.length >= count),
    asked: (path: string, count: number) => until(() => (counts.get(path) ?? 0) >= count),
    async watching(path: string): Promise<Send> {
      await until(() => watches.has(path));
      return (...frames) =>
        void watches.get(path)?.write(frames.map((frame) => `${JSON.stringify(frame)}\n`).join(''));
    },
    stop: api.stop,
    async startAgain(lists: Lists) {
      served = lists;
      await start(Number(new URL(api.url).port));
    },
  };
}

function meta(name: string, resourceVersion = '1') {
  return { name, namespace: 'shop', uid: `uid-of-${name}`, resourceVersion, generation: 1 };
}

function pod(name: string, labels: Record<string, string>, resourceVersion = '1') {
  return { metadata: { ...meta(name, resourceVersion), labels } };
}
