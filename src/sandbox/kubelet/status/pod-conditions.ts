import type { ContainerStatus, PodStatus } from '../objects.ts';

type Condition = NonNullable<PodStatus['conditions']>[number];

export interface Readiness {
  readonly phase: string;
  readonly isMounted: boolean;
  /** names of init containers that are yet to do their work */
  readonly uninitialized: readonly string[];
  readonly statuses: readonly ContainerStatus[];
  /** types of conditions that somebody else sets */
  readonly gates: readonly string[];
  readonly generation: number | undefined;
  /** as the API writes times */
  readonly now: string;
}

/**
 * The conditions of a pod in the kubelet's order and words (pkg/kubelet/status/generate.go). One that stays as it was
 * keeps its time, and those of others stay. Pure.
 */
export function podConditions(known: readonly Condition[], pod: Readiness): Condition[] {
  const ready = readiness(pod);
  const passed = pod.gates.filter((gate) =>
    known.some(({ type, status }) => type === gate && status === 'True'),
  );
  const failed = pod.gates.filter((gate) => !passed.includes(gate));
  const gated =
    ready.status === 'True' && failed.length > 0
      ? {
          ...{ status: 'False', reason: 'ReadinessGatesNotReady' },
          message: failed
            .map((gate) => `corresponding condition of pod readiness gate "${gate}" does not exist.`)
            .join(', '),
        }
      : ready;
  const isOver = pod.phase === 'Succeeded' || pod.phase === 'Failed';
  const own = [
    { type: 'PodReadyToStartContainers', status: pod.isMounted && !isOver ? 'True' : 'False' },
    { type: 'Initialized', ...initialized(pod) },
    { type: 'Ready', ...gated },
    { type: 'ContainersReady', ...ready },
  ];
  const types = new Set(own.map(({ type }) => type));
  return [
    ...own.map((condition) => timed(condition, known, pod)),
    ...known.filter(({ type }) => !types.has(type)),
  ];
}

type Verdict = Pick<Condition, 'status' | 'reason' | 'message'>;

function initialized({ uninitialized, phase }: Readiness): Verdict {
  if (phase === 'Succeeded') return { status: 'True', reason: 'PodCompleted' };
  if (uninitialized.length === 0) return { status: 'True' };
  const message = `containers with incomplete status: [${uninitialized.join(' ')}]`;
  return { status: 'False', reason: 'ContainersNotInitialized', message };
}

function readiness({ statuses, phase }: Readiness): Verdict {
  if (phase === 'Succeeded') return { status: 'False', reason: 'PodCompleted' };
  if (phase === 'Failed') return { status: 'False', reason: 'PodFailed' };
  const unready = statuses.filter(({ ready }) => !ready).map(({ name }) => name);
  if (unready.length === 0) return { status: 'True' };
  const message = `containers with unready status: [${unready.join(' ')}]`;
  return { status: 'False', reason: 'ContainersNotReady', message };
}

function timed(
  condition: Verdict & { type: string },
  known: readonly Condition[],
  { now, generation }: Readiness,
): Condition {
  const before = known.find(({ type }) => type === condition.type);
  const isSame = before?.status === condition.status && before.lastTransitionTime !== undefined;
  return {
    ...condition,
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    lastProbeTime: null as never,
    lastTransitionTime: isSame ? (before?.lastTransitionTime ?? now) : now,
  };
}
