import type { Deployment, ReplicaSet } from '../objects.ts';
import { boundsOf } from './bounds.ts';
import { resized, type Sets, sizedFor } from './revisions.ts';

/**
 * The ReplicaSets that change when another number of pods is wanted: the one that runs takes all; in the midst of a
 * rolling update each takes its share (scale in pkg/controller/deployment/sync.go). Pure.
 */
export function proportional(deployment: Deployment, { current, old }: Sets): readonly ReplicaSet[] {
  const replicas = deployment.spec?.replicas ?? 1;
  const running = [...old, ...(current ? [current] : [])].filter((set) => sizeOf(set) > 0);
  if (running.length <= 1) {
    const only = running[0] ?? current ?? old.at(-1);
    return only && !isSized(deployment, only) ? [resized(deployment, only, replicas)] : [];
  }
  if (current && sizeOf(current) === replicas && available(current) === replicas)
    return running.filter((set) => set !== current).map((set) => resized(deployment, set, 0));
  return shared(deployment, running);
}

function shared(deployment: Deployment, running: readonly ReplicaSet[]): readonly ReplicaSet[] {
  const replicas = deployment.spec?.replicas ?? 1;
  const allowed = replicas > 0 ? replicas + boundsOf(deployment).surge : 0;
  let left = allowed - running.reduce((sum, set) => sum + sizeOf(set), 0);
  const largest = running.toSorted((a, b) => sizeOf(b) - sizeOf(a));
  const sizes = new Map(
    largest.map((set) => {
      const share = left === 0 ? 0 : limited(shareOf(set, allowed), left);
      left -= share;
      return [set, sizeOf(set) + share];
    }),
  );
  const [first] = largest;
  // What rounding left over goes to the largest.
  if (first) sizes.set(first, Math.max(0, (sizes.get(first) ?? 0) + left));
  return largest
    .map((set) => resized(deployment, set, sizes.get(set) ?? 0))
    .filter((set, index) => !isSame(set, largest[index]));
}

/** How many pods more or fewer a ReplicaSet has in its share of those that are allowed. */
function shareOf(set: ReplicaSet, allowed: number): number {
  const most = sizedFor(set).most;
  return most === undefined || most === 0 ? 0 : Math.round((sizeOf(set) * allowed) / most) - sizeOf(set);
}

function limited(share: number, left: number): number {
  return left > 0 ? Math.max(0, Math.min(share, left)) : Math.min(0, Math.max(share, left));
}

function isSized({ spec }: Deployment, set: ReplicaSet): boolean {
  const replicas = spec?.replicas ?? 1;
  return sizeOf(set) === replicas && sizedFor(set).desired === replicas;
}

function isSame(a: ReplicaSet, b: ReplicaSet | undefined): boolean {
  return b !== undefined && sizeOf(a) === sizeOf(b) && sizedFor(a).desired === sizedFor(b).desired;
}

const sizeOf = ({ spec }: ReplicaSet): number => spec?.replicas ?? 0;
const available = ({ status }: ReplicaSet): number => status?.availableReplicas ?? 0;
