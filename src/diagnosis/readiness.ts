import type { PodObserved, ResourceKey } from '../session/observed.ts';
import { resourceParts } from '../session/resource-parts.ts';
import type { ImageState, SessionState } from '../session/state.ts';
import { isReloading, unsynced } from '../session/sync-targets.ts';
import { liveGenerations } from './live-generations.ts';
import { servingRefs } from './serving-refs.ts';
import { podsByWorkload } from './workload-keys.ts';

/** Whether a workload serves the newest save of all its images with all its pods; a Job: whether it is done with them. Pure. */
export function isCurrent(state: SessionState, key: ResourceKey): boolean {
  const workload = state.workloads[key];
  if (workload?.rollout !== 'complete') return false;
  const { kind } = resourceParts(key);
  if (kind === 'CronJob') return false;
  if (kind !== 'Job' && (workload.desired === 0 || workload.ready < workload.desired)) return false;
  const serving = servingRefs(state, key, podsByWorkload(state).get(key) ?? []);
  return usedImages(state, key).every((image) => {
    const live = liveGenerations(image, serving);
    if (unsynced(state, image).length > 0 || isReloading(image)) return false;
    return live.length === 1 && live[0] === image.generation;
  });
}

/**
 * Whether a workload has all the pods it wants: what is wrong with others then, which were evicted or are attempts of a
 * Job that succeeded later, is history. Pure. @param pods of the workload, that are not on their way out
 */
export function hasItsPods(
  { workloads }: SessionState,
  key: ResourceKey,
  pods: readonly PodObserved[],
): boolean {
  const workload = workloads[key];
  if (workload?.rollout !== 'complete') return false;
  const { kind } = resourceParts(key);
  if (kind === 'Job') return true;
  // A pod says that it crashed some seconds before its workload counts one less.
  const ready = Math.min(workload.ready, pods.filter((pod) => pod.ready).length);
  return kind !== 'CronJob' && ready >= workload.desired;
}

/** The images of the project that a workload runs. Pure. */
export function usedImages(state: SessionState, key: ResourceKey): readonly ImageState[] {
  return (state.resources[key]?.images ?? []).flatMap((name) => state.images[name] ?? []);
}
