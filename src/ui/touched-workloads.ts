import type { SessionEvent } from '../session/events.ts';
import type { ResourceKey } from '../session/observed.ts';
import { resourceParts } from '../session/resource-parts.ts';
import type { SessionState } from '../session/state.ts';

/** Workloads of which a fact may tell something new. Pure. */
export function touchedKeys(event: SessionEvent, next: SessionState): readonly ResourceKey[] {
  switch (event.type) {
    case 'workload.observed':
      return [event.workload.key];
    case 'pod.observed':
      return [event.pod.owner ?? `Pod/${event.pod.namespace}/${event.pod.name}`];
    case 'crash.read':
    case 'crash.late':
      return Object.values(next.pods).flatMap(({ uid, owner, namespace, name }) =>
        event.target.startsWith(`${uid}/`) ? [owner ?? `Pod/${namespace}/${name}`] : [],
      );
    case 'quota.observed':
    case 'quota.deleted':
      return Object.values(next.workloads).flatMap(({ key, refused }) =>
        refused === undefined ? [] : [key],
      );
    case 'pod.overlooked':
    case 'warning.observed':
      return troubledKeys(event, next);
    case 'resource.applied':
      return isAsObserved(event, next) ? [event.key] : [];
    case 'build.succeeded':
      return Object.values(next.resources).flatMap(({ key, images }) =>
        images.includes(event.image) ? [key] : [],
      );
    default:
      return [];
  }
}

/** A label changes no pod, and not what is observed; of anything else another observation comes soon. */
function isAsObserved(
  { key, outcome, revision }: Extract<SessionEvent, { type: 'resource.applied' }>,
  { workloads }: SessionState,
): boolean {
  const known = workloads[key];
  return (
    known !== undefined &&
    (outcome === 'unchanged' || (revision !== undefined && known.revision === revision))
  );
}

/** Workloads that a warning, or the neglect of a pod, is about. */
function troubledKeys(
  event: Extract<SessionEvent, { type: 'pod.overlooked' | 'warning.observed' }>,
  { pods, workloads }: SessionState,
): readonly ResourceKey[] {
  const about =
    event.type === 'pod.overlooked' ? `Pod/${event.namespace}/${event.name}` : event.warning.about;
  const { kind, namespace, name } = resourceParts(about);
  if (kind === 'Pod') return [pods[`${namespace}/${name}`]?.owner ?? about];
  if (kind === 'PersistentVolumeClaim') {
    const users = Object.values(pods).filter(
      (pod) => pod.namespace === namespace && pod.claims?.includes(name),
    );
    return [...new Set(users.flatMap(({ owner }) => owner ?? []))];
  }
  const owner = kind === 'ReplicaSet' ? `Deployment/${namespace}/${name.replace(/-[^-]*$/, '')}` : about;
  return owner in workloads ? [owner] : [];
}
