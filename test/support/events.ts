import fc from 'fast-check';
import type { EventBody, SessionConfig, SessionEvent } from '../../src/session/events.ts';
import type { Failure } from '../../src/session/failure.ts';
import type { PodObserved } from '../../src/session/observed.ts';

export const config: SessionConfig = {
  images: [
    { name: 'base', context: 'base', dockerfile: 'base/Dockerfile', needs: [], inputs: 'i1' },
    { name: 'web', context: 'web', dockerfile: 'web/Dockerfile', needs: ['base'], inputs: 'i1' },
    { name: 'api', context: 'api', dockerfile: 'api/Dockerfile', needs: [], inputs: 'i1' },
  ],
  forwards: [
    { id: 'service/web:80', kind: 'service', name: 'web', namespace: 'shop', port: 80, local: 8080 },
  ],
  sources: 's1',
  namespaces: ['shop'],
};

/** Stamps bodies as a session would: seq from 1, a millisecond apart. */
export function stamp(bodies: readonly EventBody[]): SessionEvent[] {
  return bodies.map((body, index) => ({ v: 1, seq: index + 1, at: 1000 + index, ...body }));
}

export function pod(over: Partial<PodObserved> & { containerId?: string; image?: string } = {}): PodObserved {
  const { containerId = 'containerd://1', image = 'web:rp-1', ...rest } = over;
  return {
    namespace: 'shop',
    name: 'web-1',
    uid: 'uid-1',
    labels: { app: 'web' },
    mine: true,
    owner: 'Deployment/shop/web',
    phase: 'Running',
    ready: true,
    deleting: false,
    createdAt: 1,
    containers: [
      {
        name: 'web',
        kind: 'app',
        image,
        containerId,
        state: 'running',
        ready: true,
        restarts: 0,
        ports: { http: 80 },
      },
    ],
    ...rest,
  };
}

export const filesChanged = (change: {
  images?: Record<string, string[]>;
  manifests?: string[];
  config?: string[];
}): EventBody => ({
  type: 'files.changed',
  images: change.images ?? {},
  manifests: change.manifests ?? [],
  config: change.config ?? [],
  count: 1,
});

const failure: Failure = { code: 'X', subject: 'x', message: 'it failed' };
const image = fc.constantFrom('base', 'web', 'api', 'unknown');
const generation = fc.integer({ min: 1, max: 4 });
const ref = fc.constantFrom('x:rp-1', 'x:rp-2', 'x:rp-3');
const uid = fc.constantFrom('uid-1', 'uid-2');
const containerId = fc.constantFrom('containerd://1', 'containerd://2');

/** Any fact, in any order, also those that could not happen in that order. */
export const anyEvent: fc.Arbitrary<EventBody> = fc.oneof(
  fc.record({ type: fc.constant('config.loaded' as const), generation, config: fc.constant(config) }),
  fc.record({
    type: fc.constant('config.failed' as const),
    generation,
    failures: fc.constant<Failure[]>([failure]),
  }),
  fc.record({ type: fc.constant('watch.started' as const) }),
  fc.record({ type: fc.constant('watch.failed' as const), failure: fc.constant(failure) }),
  fc.record({ type: fc.constant('watch.held' as const), reason: fc.constant('git checkout in progress') }),
  fc.record({ type: fc.constant('watch.released' as const) }),
  fc.record({ type: fc.constant('rebuild.requested' as const), images: fc.array(image, { maxLength: 2 }) }),
  fc
    .record({ images: fc.array(image, { maxLength: 2 }), manifests: fc.boolean(), config: fc.boolean() })
    .map((change) =>
      filesChanged({
        images: Object.fromEntries(change.images.map((name) => [name, ['a.js']])),
        manifests: change.manifests ? ['k8s/web.yaml'] : [],
        config: change.config ? ['rockpool.yaml'] : [],
      }),
    ),
  fc.record({ type: fc.constant('build.started' as const), image, generation, ref }),
  fc.record({
    type: fc.constant('build.progressed' as const),
    image,
    generation,
    step: fc.constant('COPY . .'),
    index: fc.constant(1),
    total: fc.constant(2),
  }),
  fc.record({
    type: fc.constant('build.succeeded' as const),
    image,
    generation,
    ref,
    skipped: fc.boolean(),
    durationMs: fc.constant(1),
  }),
  fc.record({
    type: fc.constant('retry.due' as const),
    what: fc.constantFrom('deploy' as const, 'image' as const, 'forward' as const, 'watch' as const),
    name: fc.constantFrom('', 'web', 'service/web:80'),
  }),
  fc.record({ type: fc.constant('image.settled' as const), image, generation, restless: fc.boolean() }),
  fc.record({ type: fc.constant('build.failed' as const), image, generation, failure: fc.constant(failure) }),
  fc.record({ generation, held: fc.boolean() }).map(
    ({ generation, held }): EventBody => ({
      type: 'manifests.rendered',
      generation,
      resources: [{ key: 'Deployment/shop/web', file: 'k8s/web.yaml', images: ['web'] }],
      held: held ? [{ key: 'Deployment/shop/web', image: 'web' }] : [],
      warnings: [],
    }),
  ),
  fc.record({ generation, hash: fc.constantFrom('h1', 'h2') }).map(
    ({ generation, hash }): EventBody => ({
      type: 'resource.applied',
      generation,
      key: 'Deployment/shop/web',
      hash,
      outcome: 'changed',
      warnings: [],
    }),
  ),
  fc.record({ type: fc.constant('deploy.succeeded' as const), generation, durationMs: fc.constant(1) }),
  fc.record({
    type: fc.constant('deploy.failed' as const),
    generation,
    failures: fc.constant<Failure[]>([failure]),
  }),
  fc.record({ type: fc.constant('workload.deleted' as const), key: fc.constant('Deployment/shop/web') }),
  fc.record({ uid, containerId }).map((p) => ({ type: 'pod.observed' as const, pod: pod(p) })),
  fc.record({
    type: fc.constant('pod.deleted' as const),
    namespace: fc.constant('shop'),
    name: fc.constant('web-1'),
    uid,
  }),
  fc
    .record({ uid, containerId })
    .map((p) => ({ type: 'logs.ended' as const, target: `${p.uid}/${p.containerId}` })),
  fc.record({ type: fc.constant('cluster.lost' as const), failure: fc.constant(failure) }),
  fc.record({ type: fc.constant('cluster.found' as const) }),
  fc.record({
    type: fc.constant('forward.opened' as const),
    forward: fc.constant('service/web:80'),
    port: fc.constant(8080),
  }),
  fc.record({
    type: fc.constant('forward.failed' as const),
    forward: fc.constant('service/web:80'),
    failure: fc.constant(failure),
  }),
  fc.record({
    type: fc.constant('effect.crashed' as const),
    effect: fc.constant('observe:shop'),
    message: fc.constant('boom'),
  }),
  fc.record({
    type: fc.constant('images.pruned' as const),
    generation,
    refs: fc.constant<string[]>([]),
    bytes: fc.constant(0),
  }),
  fc.record({ type: fc.constant('image.gone' as const), image, ref }),
  fc.record({ type: fc.constant('pods.woken' as const), image, generation, pods: fc.array(uid) }),
  fc.record({ uid, count: fc.integer({ min: 1, max: 9 }) }).map(
    ({ uid, count }): EventBody => ({
      type: 'warning.observed',
      warning: {
        ...{ about: 'Pod/shop/web-1', uid, reason: 'Unhealthy', message: `no ${count}`, source: 'kubelet' },
        ...{ container: 'web', count, at: count },
      },
    }),
  ),
  fc
    .record({ uid, containerId })
    .map((p): EventBody => ({ type: 'crash.read', target: `${p.uid}/${p.containerId}`, lines: ['boom'] })),
  uid.map((uid): EventBody => ({ type: 'pod.overlooked', namespace: 'shop', name: 'web-1', uid })),
  fc.record({ uid, answered: fc.boolean() }).map(({ uid, answered }): EventBody => {
    const about = { namespace: 'shop', pod: 'web-1', uid, port: 80 };
    return answered
      ? { type: 'port.answered', ...about }
      : { type: 'port.refused', forward: 'service/web:80', message: 'refused', ...about };
  }),
  fc
    .boolean()
    .map(
      (ready): EventBody => ({ type: 'node.observed', node: { name: 'one', ready, unschedulable: false } }),
    ),
  fc.record({ type: fc.constant('session.paused' as const) }),
  fc.record({ type: fc.constant('session.resumed' as const) }),
  fc.record({ type: fc.constant('lease.lost' as const), holder: fc.constant('ann@host') }),
  fc.record({ type: fc.constant('session.stopping' as const), reason: fc.constant('q') }),
);
