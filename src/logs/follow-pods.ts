import pLimit from 'p-limit';
import type { PodObserved } from '../session/observed.ts';
import type { Clock } from '../session/ports.ts';
import type { LogTarget } from '../session/state.ts';
import { containerNow } from './instance-place.ts';
import { createKubeLogFollower } from './kube-log-follower.ts';
import type { UnnumberedLine } from './log-line.ts';
import type { LogMarker } from './log-marker.ts';
import type { LogQuery } from './query.ts';
import type { OpenLog } from './read-instance.ts';
import { isPodOf } from './workload-query.ts';

/** What a pod watch tells. */
export interface PodListener {
  onUpsert(pod: PodObserved): void;
  onDelete(pod: Pick<PodObserved, 'namespace' | 'name' | 'uid'>): void;
  /** All pods that are there at the start were told. */
  onListed(): void;
}

/** Tells of pods until the signal fires; rejects when it cannot. */
export type WatchPods = (listener: PodListener, signal: AbortSignal) => Promise<void>;

export interface FollowPodsOptions {
  readonly watchPods: WatchPods;
  readonly open: OpenLog;
  readonly query: Pick<LogQuery, 'pods' | 'container' | 'line' | 'since' | 'tail' | 'follow'>;
  /** labels that the Service of the query selects */
  readonly selector?: Readonly<Record<string, string>>;
  onLines(lines: readonly UnnumberedLine[]): void | Promise<void>;
  onMarker(marker: LogMarker): void;
  onProblem?(target: LogTarget, message: string): void;
  readonly clock: Clock;
}

/** Logs that are read at the same time when they are read once. */
const AT_ONCE = 5;

/**
 * Shows the logs of the pods that match, those of pods to come as well, each instance from its first line; only what is
 * there at the start is limited by `since` and `tail`. Resolves without `follow` when all is read; rejects with the
 * signal's reason, or with what the watch rejected with.
 */
export async function followPods(options: FollowPodsOptions, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const { query } = options;
  const stop = new AbortController();
  const watching = AbortSignal.any([signal, stop.signal]);
  const { promise: failed, reject: fail } = Promise.withResolvers<never>();
  const readers = createReaders(options, fail, AbortSignal.any([signal, stop.signal]));
  const { promise: listed, resolve: onListed } = Promise.withResolvers<void>();
  const watch = options.watchPods(
    { ...readers.listener, onListed: () => onListed(readers.listed()) },
    watching,
  );
  const watched = watch.then(() => signal.throwIfAborted());
  try {
    if (query.follow) await Promise.race([watched, failed]);
    else await Promise.race([listed.then(() => readers.all()), failed, watch.then(() => listed)]);
  } finally {
    stop.abort();
    await Promise.allSettled([watch, readers.all()]);
  }
}

function createReaders(options: FollowPodsOptions, fail: (error: unknown) => void, signal: AbortSignal) {
  const { query, clock, onMarker, onProblem } = options;
  const pods: Record<string, PodObserved> = {};
  const running = new Map<string, Promise<void>>();
  const started = new Map<string, Set<string>>();
  const limit = pLimit(AT_ONCE);
  const since = new Date(clock.now() - query.since).toISOString();
  let isStart = true;
  const first = () =>
    isStart
      ? { sinceTime: since, ...(query.tail === undefined ? {} : { tailLines: query.tail }) }
      : undefined;
  const follower = createKubeLogFollower({
    open: options.open,
    clock,
    containerNow: (target) => containerNow(pods, target),
    onLines: (lines) => options.onLines(lines.filter(({ text }) => query.line(text))),
    ...(onProblem === undefined ? {} : { onProblem }),
  });

  const readTarget = async (target: LogTarget, how: NonNullable<Parameters<typeof follower.follow>[2]>) => {
    const marker = { namespace: target.namespace, pod: target.pod, container: target.container };
    onMarker({ sign: '+', ...marker });
    await follower.follow(target, signal, how);
    onMarker({ sign: '-', ...marker });
  };
  const start = (target: LogTarget) => {
    const known = started.get(target.podUid) ?? new Set();
    started.set(target.podUid, known);
    if (known.has(target.id)) return;
    known.add(target.id);
    const narrowed = first();
    const how = { follow: query.follow, ...(narrowed === undefined ? {} : { first: narrowed }) };
    const read = query.follow ? readTarget(target, how) : limit(() => readTarget(target, how));
    const done = read.catch((error) => (signal.aborted ? undefined : fail(error)));
    running.set(target.id, done);
    void done.then(() => running.delete(target.id));
  };

  return {
    listed() {
      isStart = false;
    },
    all: async () => void (await Promise.all(running.values())),
    listener: {
      onUpsert(pod: PodObserved) {
        if (!isWanted(options, pod)) return;
        pods[`${pod.namespace}/${pod.name}`] = pod;
        for (const target of targetsOf(pod)) if (query.container(target.container)) start(target);
      },
      onDelete({ namespace, name, uid }: Pick<PodObserved, 'namespace' | 'name' | 'uid'>) {
        started.delete(uid);
        if (pods[`${namespace}/${name}`]?.uid === uid) delete pods[`${namespace}/${name}`];
      },
    },
  };
}

function isWanted({ query, selector }: FollowPodsOptions, pod: PodObserved): boolean {
  return 'name' in query.pods ? query.pods.name(pod.name) : isPodOf(query.pods.workload, pod, selector);
}

function targetsOf(pod: PodObserved): LogTarget[] {
  return pod.containers.flatMap(({ name, containerId }) =>
    containerId === undefined
      ? []
      : [
          {
            id: `${pod.uid}/${containerId}`,
            ...{ namespace: pod.namespace, pod: pod.name, podUid: pod.uid, container: name, containerId },
            ...(pod.owner === undefined ? {} : { owner: pod.owner }),
            ended: false,
          },
        ],
  );
}
