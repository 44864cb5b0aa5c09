import type { Failure } from '../session/failure.ts';
import type { PodObserved, ResourceKey } from '../session/observed.ts';
import type { SessionState } from '../session/state.ts';
import { podTrouble, type Trouble } from './container-trouble.ts';
import { hasItsPods } from './readiness.ts';
import { podsByWorkload } from './workload-keys.ts';

/** What pods of a workload suffer from. */
export interface ContainerFailure {
  readonly failure: Failure;
  /** the same for all pods with the same image, and from one restart to the next */
  readonly id: string;
}

/** A failure for each way in which pods of the session do not run: one a workload, container and code. Pure. */
export function containerFailures(state: SessionState): readonly Failure[] {
  return [...podsByWorkload(state)].flatMap(([key, pods]) =>
    workloadFailures(state, key, pods).map(({ failure }) => failure),
  );
}

/** The same for one workload. Pure. @param pods of it, that are not on their way out */
export function workloadFailures(
  state: SessionState,
  key: ResourceKey,
  pods: readonly PodObserved[],
): readonly ContainerFailure[] {
  if (hasItsPods(state, key)) return [];
  const troubled = pods.flatMap((pod) => {
    const trouble = pod.mine ? podTrouble(pod) : undefined;
    return trouble ? [{ pod, trouble }] : [];
  });
  const alike = Map.groupBy(troubled, ({ trouble }) => `${trouble.code} ${trouble.container?.name ?? ''}`);
  return [...alike.values()].flatMap((group) => failureOf(state, key, group));
}

interface Troubled {
  readonly pod: PodObserved;
  readonly trouble: Trouble;
}

function failureOf(state: SessionState, key: ResourceKey, group: readonly Troubled[]): ContainerFailure[] {
  const first = group[0];
  if (!first) return [];
  const { pod, trouble } = first;
  const { code, hint, container } = trouble;
  const more = group.length > 1 ? ` So do ${group.length - 1} more of its pods.` : '';
  const command = commandFor(state.context, pod, trouble);
  const failure = { code, subject: key, message: trouble.message + more, hint, command };
  // A container that has just crashed is backed off from next: one trouble, not two.
  const kind = code === 'CRASHED' ? 'CRASH_LOOP' : code;
  return [{ failure, id: [kind, container?.name, container?.image].join(' ') }];
}

function commandFor(context: string, pod: PodObserved, { code, container }: Trouble): string {
  const kubectl = `kubectl --context ${context} -n ${pod.namespace}`;
  const hasLog = container !== undefined && ['CRASH_LOOP', 'CRASHED', 'OUT_OF_MEMORY'].includes(code);
  if (!hasLog) return `${kubectl} describe pod ${pod.name}`;
  const previous = container.state === 'waiting' ? ' --previous' : '';
  return `${kubectl} logs ${pod.name} -c ${container.name}${previous}`;
}
