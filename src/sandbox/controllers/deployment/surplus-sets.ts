import type { Deployment, ReplicaSet } from '../objects.ts';
import { revisionOf, type Sets } from './revisions.ts';

/** The ReplicaSets without pods that are beyond the history to be kept, once the newest is complete. Pure. */
export function surplusSets({ spec }: Deployment, { current, old }: Sets): readonly ReplicaSet[] {
  const replicas = spec?.replicas ?? 1;
  const isComplete =
    current?.status?.availableReplicas === replicas || (replicas === 0 && current !== undefined);
  if (!isComplete && spec?.paused !== true) return [];
  const surplus = old.length - (spec?.revisionHistoryLimit ?? 10);
  if (surplus <= 0) return [];
  return old
    .toSorted((a, b) => revisionOf(a) - revisionOf(b))
    .slice(0, surplus)
    .filter(isEmpty);
}

function isEmpty({ metadata, spec, status }: ReplicaSet): boolean {
  const isSeen = (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0);
  return isSeen && metadata.deletionTimestamp === undefined && spec?.replicas === 0 && !status?.replicas;
}
