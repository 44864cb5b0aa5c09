import type {
  V1CronJob,
  V1DaemonSet,
  V1Deployment,
  V1Job,
  V1ObjectMeta,
  V1PodTemplateSpec,
  V1ReplicaSet,
  V1StatefulSet,
} from '@kubernetes/client-node';
import type { Wire } from '../kube/kube-object.ts';
import type { WorkloadObserved } from '../session/observed.ts';

export type WorkloadKind = 'Deployment' | 'StatefulSet' | 'DaemonSet' | 'ReplicaSet' | 'Job' | 'CronJob';

/** What the kinds of workloads have in common. */
export interface RawWorkload {
  readonly metadata?: Wire<V1ObjectMeta>;
  readonly spec?: {
    readonly template?: Wire<V1PodTemplateSpec>;
    readonly jobTemplate?: { readonly spec?: { readonly template?: Wire<V1PodTemplateSpec> } };
  };
  readonly status?: object;
}

export type Rollout = Pick<WorkloadObserved, 'rollout' | 'reason' | 'desired' | 'updated' | 'ready'>;

/**
 * How far a rollout is, by the rules of `kubectl rollout status` (k8s.io/kubectl pkg/polymorphichelpers/
 * rollout_status.go), which knows the first three kinds. Pure.
 */
export function rolloutOf(kind: WorkloadKind, workload: RawWorkload): Rollout {
  switch (kind) {
    case 'Deployment':
      return deployment(workload as Wire<V1Deployment>);
    case 'StatefulSet':
      return statefulSet(workload as Wire<V1StatefulSet>);
    case 'DaemonSet':
      return daemonSet(workload as Wire<V1DaemonSet>);
    case 'ReplicaSet':
      return replicaSet(workload as Wire<V1ReplicaSet>);
    case 'Job':
      return job(workload as Wire<V1Job>);
    case 'CronJob':
      return cronJob(workload as Wire<V1CronJob>);
  }
}

function deployment({ metadata, spec, status }: Wire<V1Deployment>): Rollout {
  const desired = spec?.replicas ?? 1;
  const {
    replicas = 0,
    updatedReplicas: updated = 0,
    availableReplicas = 0,
    readyReplicas: ready = 0,
  } = status ?? {};
  const counts = { desired, updated, ready };
  if (!isObserved(metadata, status)) return progressing(counts, NOT_OBSERVED);
  const late = status?.conditions?.find(({ reason }) => reason === 'ProgressDeadlineExceeded');
  if (late)
    return { rollout: 'failed', reason: `exceeded its progress deadline${stuckOn(status)}`, ...counts };
  const missing =
    (updated < desired && `${updated} of ${desired} pods updated${stuckOn(status)}`) ||
    (replicas > updated && `${replicas - updated} old ${pods(replicas - updated)} to end`) ||
    (availableReplicas < updated && `${availableReplicas} of ${updated} updated pods available`);
  if (!missing) return { rollout: 'complete', ...counts };
  return spec?.paused
    ? { rollout: 'suspended', reason: `paused: ${missing}`, ...counts }
    : progressing(counts, missing);
}

function statefulSet({ metadata, spec, status }: Wire<V1StatefulSet>): Rollout {
  const desired = spec?.replicas ?? 1;
  const {
    updatedReplicas: updated = 0,
    readyReplicas: ready = 0,
    updateRevision,
    currentRevision,
  } = status ?? {};
  const counts = { desired, updated, ready };
  if (!isObserved(metadata, status)) return progressing(counts, NOT_OBSERVED);
  if (ready < desired) return progressing(counts, `${ready} of ${desired} pods ready`);
  const { type, rollingUpdate } = spec?.updateStrategy ?? {};
  if (type === 'OnDelete') {
    const waits = updateRevision !== currentRevision && updated < desired;
    return { rollout: 'complete', ...(waits ? { reason: ON_DELETE } : {}), ...counts };
  }
  const partition = rollingUpdate?.partition ?? 0;
  if (updated < desired - partition)
    return progressing(counts, `${updated} of ${desired - partition} pods updated`);
  const kept = Math.min(partition, desired);
  return {
    rollout: 'complete',
    ...(kept > 0 ? { reason: `${kept} ${pods(kept)} kept back by the partition` } : {}),
    ...counts,
  };
}

function daemonSet({ metadata, spec, status }: Wire<V1DaemonSet>): Rollout {
  const { desiredNumberScheduled: desired = 0, numberReady: ready = 0 } = status ?? {};
  const { updatedNumberScheduled: updated = 0, numberAvailable = 0 } = status ?? {};
  const counts = { desired, updated, ready };
  if (!isObserved(metadata, status)) return progressing(counts, NOT_OBSERVED);
  const onDelete = spec?.updateStrategy?.type === 'OnDelete';
  if (updated < desired && !onDelete) return progressing(counts, `${updated} of ${desired} pods updated`);
  if (numberAvailable < desired)
    return progressing(counts, `${numberAvailable} of ${desired} pods available`);
  return { rollout: 'complete', ...(updated < desired ? { reason: ON_DELETE } : {}), ...counts };
}

function replicaSet({ metadata, spec, status }: Wire<V1ReplicaSet>): Rollout {
  const desired = spec?.replicas ?? 1;
  const { replicas = 0, readyReplicas: ready = 0, availableReplicas = 0 } = status ?? {};
  const counts = { desired, updated: replicas, ready };
  if (!isObserved(metadata, status)) return progressing(counts, NOT_OBSERVED);
  if (replicas > desired)
    return progressing(counts, `${replicas - desired} ${pods(replicas - desired)} to end`);
  if (availableReplicas >= desired) return { rollout: 'complete', ...counts };
  return progressing(counts, `${availableReplicas} of ${desired} pods available${stuckOn(status)}`);
}

function job({ spec, status }: Wire<V1Job>): Rollout {
  const desired = spec?.completions ?? 1;
  const { succeeded = 0, active = 0, ready = 0, conditions = [] } = status ?? {};
  const counts = { desired, updated: succeeded + active, ready };
  const holds = (type: string) =>
    conditions.find((condition) => condition.type === type && condition.status === 'True');
  if (holds('Complete')) return { rollout: 'complete', ...counts };
  const failed = holds('Failed');
  if (failed) return { rollout: 'failed', reason: failed.message || failed.reason || 'failed', ...counts };
  if (spec?.suspend) return { rollout: 'suspended', reason: 'suspended', ...counts };
  return progressing(counts, `${succeeded} of ${desired} completed`);
}

/** Its Jobs are workloads of their own. */
function cronJob({ spec, status }: Wire<V1CronJob>): Rollout {
  const active = status?.active?.length ?? 0;
  const counts = { desired: 0, updated: 0, ready: 0 };
  if (spec?.suspend) return { rollout: 'suspended', reason: 'suspended', ...counts };
  const running = active > 0 ? `, ${active} running` : '';
  return { rollout: 'complete', reason: `scheduled ${spec?.schedule ?? ''}${running}`, ...counts };
}

const NOT_OBSERVED = 'waiting for its controller';
const ON_DELETE = 'pods are updated when they are deleted (OnDelete)';

type Counts = Pick<Rollout, 'desired' | 'updated' | 'ready'>;

function progressing(counts: Counts, reason: string): Rollout {
  return { rollout: 'progressing', reason, ...counts };
}

/** Until its controller has seen the newest spec, the status speaks of an older one. */
function isObserved(
  metadata: { readonly generation?: number } | undefined,
  status: { readonly observedGeneration?: number } | undefined,
): boolean {
  return (status?.observedGeneration ?? 0) >= (metadata?.generation ?? 0) && status !== undefined;
}

interface Conditions {
  readonly conditions?: readonly {
    readonly type: string;
    readonly status: string;
    readonly message?: string;
  }[];
}

/** Pods that cannot be made (a quota, an admission webhook) are told by a condition alone. */
function stuckOn(status: Conditions | undefined): string {
  const failure = status?.conditions?.find(
    ({ type, status }) => type === 'ReplicaFailure' && status === 'True',
  );
  return failure?.message ? `: ${failure.message}` : '';
}

function pods(count: number): string {
  return count === 1 ? 'pod' : 'pods';
}
