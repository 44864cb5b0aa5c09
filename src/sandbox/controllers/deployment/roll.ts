import type { Deployment, ReplicaSet } from '../objects.ts';
import { boundsOf } from './bounds.ts';
import { resized, type Sets } from './revisions.ts';

/**
 * The next step of a rolling update: more new pods as far as the surge allows, else fewer old ones as far as enough stay
 * available, those that do not work first (pkg/controller/deployment/rolling.go). Pure. @returns the ReplicaSets that change
 */
export function roll(
  deployment: Deployment,
  sets: Sets & { readonly current: ReplicaSet },
): readonly ReplicaSet[] {
  const { current, old } = sets;
  const wanted = roomForNew(deployment, sets);
  if (wanted !== sizeOf(current)) return [resized(deployment, current, wanted)];
  return fewer(deployment, current, old);
}

/** How many pods the ReplicaSet of the newest template may have now. Pure. */
export function roomForNew(deployment: Deployment, { current, old }: Sets): number {
  const replicas = deployment.spec?.replicas ?? 1;
  const has = current ? sizeOf(current) : 0;
  if (has >= replicas) return replicas;
  const room = replicas + boundsOf(deployment).surge - has - total(old, sizeOf);
  return room <= 0 ? has : Math.min(has + room, replicas);
}

function fewer(
  deployment: Deployment,
  current: ReplicaSet,
  old: readonly ReplicaSet[],
): readonly ReplicaSet[] {
  const least = (deployment.spec?.replicas ?? 1) - boundsOf(deployment).unavailable;
  const missing = sizeOf(current) - available(current);
  const most = total(old, sizeOf) + sizeOf(current) - least - missing;
  if (most <= 0) return [];
  const sick = taken(old, most, (set) => sizeOf(set) - available(set));
  const spare = total(old, available) + available(current) - least;
  const sizes = taken(old, spare, (set) => sizeOf(set) - (sick.get(set) ?? 0));
  return old.flatMap((set) => {
    const size = sizeOf(set) - (sick.get(set) ?? 0) - (sizes.get(set) ?? 0);
    return size === sizeOf(set) ? [] : [resized(deployment, set, size)];
  });
}

/** How many pods go from each, the oldest first, of `budget` in all. */
function taken(
  sets: readonly ReplicaSet[],
  budget: number,
  most: (set: ReplicaSet) => number,
): ReadonlyMap<ReplicaSet, number> {
  let left = Math.max(0, budget);
  return new Map(
    sets.map((set) => {
      const count = Math.min(left, Math.max(0, most(set)));
      left -= count;
      return [set, count];
    }),
  );
}

const sizeOf = ({ spec }: ReplicaSet): number => spec?.replicas ?? 0;
const available = ({ status }: ReplicaSet): number => status?.availableReplicas ?? 0;
const total = (sets: readonly ReplicaSet[], of: (set: ReplicaSet) => number): number =>
  sets.reduce((sum, set) => sum + of(set), 0);
