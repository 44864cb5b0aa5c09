import type { ContainerObserved, PodObserved } from '../session/observed.ts';
import type { LogTarget } from '../session/state.ts';

/**
 * Where the log of an instance is to be had, since the apiserver knows containers by name only: `current` while it
 * runs, `ended` when it is over and no other took its place, `previous` when the one after it runs or ran, `lost`
 * when its pod is gone or more instances came since.
 */
export type InstancePlace = 'current' | 'ended' | 'previous' | 'lost';

/** The container as the cluster was last seen to have it; undefined when that pod is gone. */
export type ContainerNow = (target: LogTarget) => ContainerObserved | undefined;

/** Looks the container up among pods by `namespace/name`. Pure. */
export function containerNow(
  pods: Readonly<Record<string, PodObserved>>,
  target: LogTarget,
): ContainerObserved | undefined {
  const pod = pods[`${target.namespace}/${target.pod}`];
  if (pod?.uid !== target.podUid) return undefined;
  return pod.containers.find(({ name }) => name === target.container);
}

/** Pure. @param restarts what the container counted while the instance was the one to read; undefined if nobody saw */
export function instancePlace(
  target: Pick<LogTarget, 'containerId'>,
  now: ContainerObserved | undefined,
  restarts: number | undefined,
): InstancePlace {
  if (now?.containerId === undefined) return 'lost';
  if (now.containerId === target.containerId) return now.state === 'running' ? 'current' : 'ended';
  return restarts === undefined || now.restarts - restarts <= 1 ? 'previous' : 'lost';
}
