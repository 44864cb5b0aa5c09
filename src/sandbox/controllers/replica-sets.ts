import { ApiError } from '../api/api-error.ts';
import { seconds } from '../api/objects/prepare.ts';
import type { Controller, Tools } from './controller.ts';
import { makePod, podFrom, unmakePod } from './made-pods.ts';
import { PODS, type Pod, REPLICA_SETS, type ReplicaSet } from './objects.ts';
import { claimed, concernOfOwned } from './owners.ts';
import { isActive, isAvailable, isReady, untilAvailable } from './pod-state.ts';

/** Keeps as many pods as a ReplicaSet asks for. */
export function createReplicaSetController(tools: Tools): Controller {
  const { objects, now } = tools;
  return {
    kind: REPLICA_SETS,
    concerns: [concernOfOwned(objects, PODS, REPLICA_SETS)],
    sync({ namespace, name }) {
      const set = objects.get<ReplicaSet>(REPLICA_SETS, namespace, name);
      if (!set) return undefined;
      const pods = claimed<Pod>(objects, PODS, set);
      const refusal = set.metadata.deletionTimestamp === undefined ? scale(tools, set, pods) : undefined;
      const left = claimed<Pod>(objects, PODS, set);
      objects.updateStatus(REPLICA_SETS, { ...set, status: replicaSetStatus(set, left, now(), refusal) });
      if (refusal) throw refusal;
      return nextChange(set, left, now());
    },
  };
}

/** @returns why a pod could not be made */
function scale(tools: Tools, set: ReplicaSet, pods: readonly Pod[]): ApiError | undefined {
  const { create, remove } = scaling(set, pods);
  for (const pod of remove) unmakePod(tools, set, pod);
  try {
    for (let made = 0; made < create; made += 1) makePod(tools, set, podFrom(set.spec?.template, set));
    return undefined;
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
}

/** How many pods are missing, or which are too many. Pure. */
export function scaling(
  { spec }: ReplicaSet,
  pods: readonly Pod[],
): { readonly create: number; readonly remove: readonly Pod[] } {
  const active = pods.filter(isActive);
  const missing = (spec?.replicas ?? 1) - active.length;
  if (missing >= 0) return { create: missing, remove: [] };
  return { create: 0, remove: active.toSorted(compareWorth).slice(0, -missing) };
}

const PHASES = ['Pending', 'Unknown', 'Running'];

/** Those that are worth least come first (ActivePodsWithRanks in pkg/controller/controller_utils.go). */
function compareWorth(a: Pod, b: Pod): number {
  const worth = (pod: Pod): readonly number[] => [
    pod.spec?.nodeName === undefined ? 0 : 1,
    PHASES.indexOf(pod.status?.phase ?? 'Pending'),
    isReady(pod) ? 1 : 0,
    Number(pod.metadata.annotations?.['controller.kubernetes.io/pod-deletion-cost'] ?? 0),
    -restarts(pod),
    -Date.parse(pod.metadata.creationTimestamp),
  ];
  const others = worth(b);
  return worth(a).reduce((known, value, index) => known || value - (others[index] ?? 0), 0);
}

function restarts({ status }: Pod): number {
  return (status?.containerStatuses ?? []).reduce(
    (most, { restartCount }) => Math.max(most, restartCount),
    0,
  );
}

/** Pure. @param now ms since the epoch @param refusal why a pod could not be made */
export function replicaSetStatus(
  set: ReplicaSet,
  pods: readonly Pod[],
  now: number,
  refusal?: Pick<ApiError, 'message'>,
): NonNullable<ReplicaSet['status']> {
  const active = pods.filter(isActive);
  const labels = Object.entries(set.spec?.template?.metadata?.labels ?? {});
  const labelled = active.filter(({ metadata }) =>
    labels.every(([key, value]) => metadata.labels?.[key] === value),
  );
  const counts = {
    fullyLabeledReplicas: labelled.length,
    readyReplicas: active.filter(isReady).length,
    availableReplicas: active.filter((pod) => isAvailable(pod, set.spec?.minReadySeconds, now)).length,
  };
  return {
    ...Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)),
    replicas: active.length,
    terminatingReplicas: pods.filter(({ metadata }) => metadata.deletionTimestamp !== undefined).length,
    observedGeneration: set.metadata.generation ?? 1,
    ...(refusal ? { conditions: [failure(set, refusal.message, now)] } : {}),
  };
}

function failure({ status }: ReplicaSet, message: string, now: number) {
  const known = status?.conditions?.find(({ type }) => type === 'ReplicaFailure');
  const lastTransitionTime = known?.lastTransitionTime ?? seconds(new Date(now));
  return { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message, lastTransitionTime };
}

/** ms until a pod that is ready becomes available by that alone. Pure. */
function nextChange({ spec }: ReplicaSet, pods: readonly Pod[], now: number): number | undefined {
  const waits = pods
    .filter((pod) => isActive(pod) && isReady(pod))
    .map((pod) => untilAvailable(pod, spec?.minReadySeconds, now))
    .filter((wait) => wait > 0);
  return waits.length > 0 ? Math.min(...waits) : undefined;
}
