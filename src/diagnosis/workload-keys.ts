import type { PodObserved, ResourceKey } from '../session/observed.ts';
import { resourceParts } from '../session/resource-parts.ts';
import type { SessionState } from '../session/state.ts';

/** Kinds that make pods or are one. */
const kinds = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'CronJob', 'Pod']);

/** The workloads of the session, in the order of the manifests, then what else was seen of it. Pure. */
export function workloadKeys(state: SessionState): readonly ResourceKey[] {
  const rendered = Object.values(state.resources).filter(
    ({ key, images }) => kinds.has(resourceParts(key).kind) || images.length > 0 || key in state.workloads,
  );
  const seen = Object.values(state.workloads).filter((workload) => workload.mine);
  return [...new Set([...rendered, ...seen].map(({ key }) => key))];
}

/** The pods of each workload that are not on their way out. A bare pod is its own workload. Pure. */
export function podsByWorkload(state: SessionState): ReadonlyMap<ResourceKey, readonly PodObserved[]> {
  const staying = Object.values(state.pods).filter((pod) => !pod.deleting);
  return Map.groupBy(staying, (pod) => pod.owner ?? `Pod/${pod.namespace}/${pod.name}`);
}
