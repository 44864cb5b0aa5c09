import type { Pod } from './objects.ts';

/** Whether its containers have ended for good. Pure. */
export function isFinished({ status }: Pod): boolean {
  return status?.phase === 'Succeeded' || status?.phase === 'Failed';
}

/** Whether it counts as one of the pods that a workload asks for. Pure. */
export function isActive(pod: Pod): boolean {
  return !isFinished(pod) && pod.metadata.deletionTimestamp === undefined;
}

/** Pure. */
export function isReady(pod: Pod): boolean {
  return readyCondition(pod)?.status === 'True';
}

/** Whether it has been ready for so long that it counts as available. Pure. @param now ms since the epoch */
export function isAvailable(pod: Pod, minReadySeconds: number | undefined, now: number): boolean {
  return isReady(pod) && untilAvailable(pod, minReadySeconds, now) <= 0;
}

/** ms until a ready pod is available. Pure. @param now ms since the epoch */
export function untilAvailable(pod: Pod, minReadySeconds = 0, now: number): number {
  if (minReadySeconds === 0) return 0;
  const since = Date.parse(readyCondition(pod)?.lastTransitionTime ?? '');
  return Number.isNaN(since) ? minReadySeconds * 1000 : since + minReadySeconds * 1000 - now;
}

function readyCondition({ status }: Pod) {
  return status?.conditions?.find(({ type }) => type === 'Ready');
}
