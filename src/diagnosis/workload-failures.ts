import type { Failure } from '../session/failure.ts';
import type { PodObserved, ResourceKey } from '../session/observed.ts';
import type { SessionState } from '../session/state.ts';
import { awaitsLastWords } from './crash-trouble.ts';
import { creationTrouble } from './creation-trouble.ts';
import { isOnLostNode } from './node-failures.ts';
import { placeOf } from './places.ts';
import { podTrouble } from './pod-trouble.ts';
import { hasItsPods } from './readiness.ts';
import type { Trouble } from './trouble.ts';
import { podsByWorkload, workloadKeys } from './workload-keys.ts';

/** What a workload suffers from. */
export interface WorkloadFailure {
  readonly failure: Failure;
  /** the same for all pods with the same image, and from one restart to the next */
  readonly id: string;
  /** the state in words: "crash loop" */
  readonly words: string;
}

/** A failure for each way in which pods of the session do not run: one a workload, container and code. Pure. */
export function allWorkloadFailures(state: SessionState): readonly WorkloadFailure[] {
  const pods = podsByWorkload(state);
  const keys = new Set([...workloadKeys(state), ...pods.keys()]);
  return [...keys].flatMap((key) => workloadFailures(state, key, pods.get(key) ?? []));
}

/**
 * The same for one workload, most telling first. What its pods suffer from explains a rollout that does not end, and is
 * told instead of it. Pure. @param pods of it, that are not on their way out
 */
export function workloadFailures(
  state: SessionState,
  key: ResourceKey,
  pods: readonly PodObserved[],
): readonly WorkloadFailure[] {
  if (hasItsPods(state, key, pods)) return [];
  const troubled = pods.flatMap((pod) => {
    const isTold = pod.mine && !isOnLostNode(state, pod) && !awaitsLastWords(state, pod);
    const trouble = isTold ? podTrouble(state, pod) : undefined;
    return trouble ? [{ pod, trouble }] : [];
  });
  const alike = Map.groupBy(troubled, ({ trouble }) => `${trouble.code} ${trouble.container?.name ?? ''}`);
  const ofPods = [...alike.values()].flatMap((group) => failureOf(state, key, group));
  const refused = state.workloads[key]?.mine ? creationTrouble(state, key, pods) : undefined;
  return refused ? [refusal(state, key, refused), ...ofPods] : ofPods;
}

interface Troubled {
  readonly pod: PodObserved;
  readonly trouble: Trouble;
}

function failureOf(state: SessionState, key: ResourceKey, group: readonly Troubled[]): WorkloadFailure[] {
  const first = group.find(({ trouble }) => trouble.output !== undefined) ?? group[0];
  if (!first) return [];
  const { pod, trouble } = first;
  const { code, container, words } = trouble;
  const more = group.length > 1 ? ` The same is true of ${group.length - 1} more of its pods.` : '';
  const failure = {
    ...{ code, subject: key, message: trouble.message + more, hint: trouble.hint },
    command: commandFor(state.context, pod, trouble),
    ...details(state, key, trouble),
  };
  // A container that has just crashed is backed off from next: one trouble, not two.
  const kind = code === 'CRASHED' ? 'CRASH_LOOP' : code;
  return [{ failure, id: [kind, container?.name, container?.image].join(' '), words }];
}

function refusal(state: SessionState, key: ResourceKey, trouble: Trouble): WorkloadFailure {
  const { code, words, message, hint } = trouble;
  return {
    failure: { code, subject: key, message, hint, ...details(state, key, trouble) },
    id: `${code} ${state.resources[key]?.hash ?? ''}`,
    words,
  };
}

function details(state: SessionState, key: ResourceKey, { output, due }: Trouble): Partial<Failure> {
  const at = placeOf(state, key, due);
  return { ...(output === undefined ? {} : { output }), ...(at ? { at } : {}) };
}

function commandFor(context: string, pod: PodObserved, { code, container }: Trouble): string {
  const kubectl = `kubectl --context ${context} -n ${pod.namespace}`;
  const hasLog = container !== undefined && ['CRASH_LOOP', 'CRASHED', 'OUT_OF_MEMORY'].includes(code);
  if (!hasLog) return `${kubectl} describe pod ${pod.name}`;
  const isOver = container.containerId === container.ended?.containerId;
  return `${kubectl} logs ${pod.name} -c ${container.name}${isOver ? '' : ' --previous'}`;
}
