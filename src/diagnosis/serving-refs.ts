import type { PodObserved, ResourceKey } from '../session/observed.ts';
import { resourceParts } from '../session/resource-parts.ts';
import type { SessionState } from '../session/state.ts';

/**
 * The image refs that a workload serves with: those of its ready pods, ended init containers included. A Job's newest
 * pod counts also when it has ended well; a Job that is done and whose pods are gone, and a CronJob, which need have no
 * pod, have those of their template. Pure. @param pods of the workload, that are not on their way out
 */
export function servingRefs(
  { workloads }: SessionState,
  key: ResourceKey,
  pods: readonly PodObserved[],
): readonly string[] {
  const workload = workloads[key];
  const { kind } = resourceParts(key);
  if (kind === 'CronJob') return workload?.images ?? [];
  if (kind !== 'Job') return pods.filter((pod) => pod.ready).flatMap(specRefs);
  const newest = pods
    .filter((pod) => pod.ready || pod.phase === 'Succeeded')
    .toSorted((a, b) => b.createdAt - a.createdAt)[0];
  if (newest) return specRefs(newest);
  return workload?.rollout === 'complete' ? workload.images : [];
}

function specRefs({ containers }: PodObserved): string[] {
  return containers.flatMap(({ kind, image }) => (kind === 'ephemeral' ? [] : [image]));
}
