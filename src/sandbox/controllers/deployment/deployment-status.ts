import { seconds } from '../../api/objects/prepare.ts';
import type { Deployment, ReplicaSet } from '../objects.ts';
import { boundsOf } from './bounds.ts';
import type { Sets } from './revisions.ts';

type Status = NonNullable<Deployment['status']>;
type Condition = NonNullable<Status['conditions']>[number];
type Counts = Pick<
  Status,
  'replicas' | 'updatedReplicas' | 'readyReplicas' | 'availableReplicas' | 'unavailableReplicas'
>;

/**
 * What a Deployment tells of itself (syncRolloutStatus in pkg/controller/deployment/progress.go). Pure.
 * @param now ms since the epoch
 * @param isNew whether its newest ReplicaSet was made just now
 */
export function deploymentStatus(deployment: Deployment, sets: Sets, now: number, isNew: boolean): Status {
  const all = [...sets.old, ...(sets.current ? [sets.current] : [])];
  const counts = countsOf(all, sets.current);
  const at = seconds(new Date(now));
  const next = [
    availability(deployment, counts.availableReplicas ?? 0),
    progress(deployment, sets.current, { counts, now, isNew }),
    ...all.flatMap(failureOf).slice(0, 1),
  ].flatMap((condition) => (condition ? [condition] : []));
  const known = deployment.status?.conditions ?? [];
  return {
    observedGeneration: deployment.metadata.generation ?? 1,
    ...Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)),
    terminatingReplicas: sum(all, (set) => set.status?.terminatingReplicas),
    conditions: next.map((condition) => dated(condition, known, at)),
  };
}

function countsOf(all: readonly ReplicaSet[], current: ReplicaSet | undefined): Required<Counts> {
  const availableReplicas = sum(all, ({ status }) => status?.availableReplicas);
  return {
    replicas: sum(all, ({ status }) => status?.replicas),
    updatedReplicas: current?.status?.replicas ?? 0,
    readyReplicas: sum(all, ({ status }) => status?.readyReplicas),
    availableReplicas,
    unavailableReplicas: Math.max(0, sum(all, ({ spec }) => spec?.replicas) - availableReplicas),
  };
}

type Told = Pick<Condition, 'type' | 'status' | 'reason' | 'message'> & {
  /** told anew though nothing else about it changed: there was progress */
  readonly isFresh?: boolean;
};

function availability(deployment: Deployment, available: number): Told {
  const least = (deployment.spec?.replicas ?? 1) - boundsOf(deployment).unavailable;
  return available >= least
    ? told('Available', 'True', 'MinimumReplicasAvailable', 'Deployment has minimum availability.')
    : told(
        'Available',
        'False',
        'MinimumReplicasUnavailable',
        'Deployment does not have minimum availability.',
      );
}

interface Progress {
  readonly counts: Required<Counts>;
  readonly now: number;
  readonly isNew: boolean;
}

function progress(
  { spec, status }: Deployment,
  current: ReplicaSet | undefined,
  { counts, now, isNew }: Progress,
): Told | undefined {
  const known = status?.conditions?.find(({ type }) => type === 'Progressing');
  const name = current?.metadata.name;
  if (spec?.paused) return told('Progressing', 'Unknown', 'DeploymentPaused', 'Deployment is paused');
  if (known?.reason === 'DeploymentPaused')
    return told('Progressing', 'Unknown', 'DeploymentResumed', 'Deployment is resumed');
  if (isNew) return told('Progressing', 'True', 'NewReplicaSetCreated', `Created new replica set "${name}"`);
  if (name === undefined) return known;
  const isDone = known?.reason === 'NewReplicaSetAvailable';
  if (isDone && counts.replicas === counts.updatedReplicas) return known;
  const replicas = spec?.replicas ?? 1;
  const { updatedReplicas, availableReplicas } = counts;
  if (updatedReplicas === replicas && counts.replicas === replicas && availableReplicas >= replicas)
    return told(
      'Progressing',
      'True',
      'NewReplicaSetAvailable',
      `ReplicaSet "${name}" has successfully progressed.`,
    );
  if (isFurther(counts, status))
    return {
      ...told('Progressing', 'True', 'ReplicaSetUpdated', `ReplicaSet "${name}" is progressing.`),
      isFresh: true,
    };
  const since = Date.parse(known?.lastUpdateTime ?? '');
  const isLate = !isDone && now >= since + (spec?.progressDeadlineSeconds ?? 600) * 1000;
  if (isLate)
    return told(
      'Progressing',
      'False',
      'ProgressDeadlineExceeded',
      `ReplicaSet "${name}" has timed out progressing.`,
    );
  return known ?? told('Progressing', 'True', 'FoundNewReplicaSet', `Found new replica set "${name}"`);
}

/** Whether there are more new pods, fewer old ones, or more that work, than there were. */
function isFurther(counts: Required<Counts>, known: Counts = {}): boolean {
  const old = (of: Counts) => (of.replicas ?? 0) - (of.updatedReplicas ?? 0);
  return (
    counts.updatedReplicas > (known.updatedReplicas ?? 0) ||
    old(counts) < old(known) ||
    counts.readyReplicas > (known.readyReplicas ?? 0) ||
    counts.availableReplicas > (known.availableReplicas ?? 0)
  );
}

function failureOf({ status }: ReplicaSet): readonly Told[] {
  const failure = status?.conditions?.find(({ type }) => type === 'ReplicaFailure');
  return failure ? [failure] : [];
}

/** With its times: of its last change, and of the last change of its status. */
function dated({ isFresh = false, ...next }: Told, known: readonly Condition[], at: string): Condition {
  const { type, status, reason, message } = next;
  const before = known.find((condition) => condition.type === type);
  const lastTransitionTime = before?.status === status ? before.lastTransitionTime : undefined;
  const isSame = before?.status === status && before.reason === reason && !isFresh;
  const lastUpdateTime = isSame ? before.lastUpdateTime : undefined;
  return {
    ...{ type, status },
    ...(reason === undefined ? {} : { reason }),
    ...(message === undefined ? {} : { message: isSame ? (before.message ?? message) : message }),
    lastTransitionTime: lastTransitionTime ?? at,
    lastUpdateTime: lastUpdateTime ?? at,
  };
}

function told(type: string, status: string, reason: string, message: string): Told {
  return { type, status, reason, message };
}

function sum(sets: readonly ReplicaSet[], of: (set: ReplicaSet) => number | undefined): number {
  return sets.reduce((total, set) => total + (of(set) ?? 0), 0);
}
