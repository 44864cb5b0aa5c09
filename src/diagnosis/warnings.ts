import type { PodObserved, ResourceKey, WarningObserved } from '../session/observed.ts';
import { resourceParts } from '../session/resource-parts.ts';
import type { SessionState } from '../session/state.ts';

/** What the cluster warned of a pod, newest first; not of an older one of its name. Pure. */
export function podWarnings({ warnings }: SessionState, pod: PodObserved): readonly WarningObserved[] {
  const about = warnings[`Pod/${pod.namespace}/${pod.name}`] ?? [];
  return about.filter(({ uid }) => uid === pod.uid).toReversed();
}

/** ms: the cluster tells whole seconds. */
const ROUNDING = 1000;

/**
 * What the cluster warned of a workload, its ReplicaSets included, newest first. What is older than the object, or than
 * the apply that changed it last, is history. Pure.
 */
export function workloadWarnings(state: SessionState, key: ResourceKey): readonly WarningObserved[] {
  const since = (state.resources[key]?.changedAt ?? 0) - ROUNDING;
  return allWarnings(state, key).filter(({ at }) => at >= since);
}

function allWarnings({ warnings, workloads }: SessionState, key: ResourceKey): readonly WarningObserved[] {
  const { uid } = workloads[key] ?? {};
  const own = (warnings[key] ?? []).filter((warning) => uid === undefined || warning.uid === uid);
  const { kind, namespace, name } = resourceParts(key);
  if (kind !== 'Deployment') return own.toReversed();
  const sets = Object.entries(warnings).filter(([about]) =>
    isSetOf(about, `ReplicaSet/${namespace}/${name}-`),
  );
  return [own, ...sets.map(([, list]) => list)].flat().toSorted((a, b) => b.at - a.at);
}

/** A Deployment's ReplicaSets end in the hash of their template: letters and digits that make no words. */
function isSetOf(about: ResourceKey, start: string): boolean {
  return about.startsWith(start) && /^[bcdfghjklmnpqrstvwxz2456789]{1,10}$/.test(about.slice(start.length));
}
