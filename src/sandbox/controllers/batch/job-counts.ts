import type { Job, Pod } from '../objects.ts';
import { isActive, isFinished, isReady } from '../pod-state.ts';

/** How the pods of a Job are. */
export interface JobCounts {
  /** that are to run on */
  readonly active: readonly Pod[];
  readonly ready: number;
  /** that are being stopped */
  readonly terminating: number;
  /** ever */
  readonly succeeded: number;
  /** ever; one that was deleted before its end counts */
  readonly failed: number;
  /** that are counted, of those that are there */
  readonly seen: ReadonlySet<string>;
}

/** Counts on from what the status says, so that pods which went since then stay counted. Pure. @param seen uids of pods that are counted */
export function countPods({ status, spec }: Job, pods: readonly Pod[], seen: ReadonlySet<string>): JobCounts {
  const ended = pods.filter((pod) => isFinished(pod) || pod.metadata.deletionTimestamp !== undefined);
  // Who suspends a Job lets none of its pods fail.
  const counted = spec?.suspend ? ended.filter(isFinished) : ended;
  const fresh = counted.filter(({ metadata }) => !seen.has(metadata.uid));
  const succeeded = fresh.filter((pod) => pod.status?.phase === 'Succeeded').length;
  return {
    active: pods.filter(isActive),
    ready: pods.filter((pod) => isActive(pod) && isReady(pod)).length,
    terminating: pods.filter((pod) => !isFinished(pod) && pod.metadata.deletionTimestamp !== undefined)
      .length,
    succeeded: (status?.succeeded ?? 0) + succeeded,
    failed: (status?.failed ?? 0) + fresh.length - succeeded,
    seen: new Set(ended.map(({ metadata }) => metadata.uid)),
  };
}

/** Times that containers of running pods were started again, which count as failures of the Job. Pure. */
export function restartsOf(pods: readonly Pod[]): number {
  const all = pods.flatMap(({ status }) => [
    ...(status?.initContainerStatuses ?? []),
    ...(status?.containerStatuses ?? []),
  ]);
  return all.reduce((sum, { restartCount }) => sum + restartCount, 0);
}

/** When a pod ended, in ms since the epoch. Pure. */
export function endedAt({ status, metadata }: Pod): number {
  const times = (status?.containerStatuses ?? []).map(({ state }) =>
    Date.parse(state?.terminated?.finishedAt ?? ''),
  );
  const known = times.filter((time) => !Number.isNaN(time));
  return known.length > 0
    ? Math.max(...known)
    : Date.parse(metadata.deletionTimestamp ?? metadata.creationTimestamp);
}
