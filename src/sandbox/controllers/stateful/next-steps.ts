import type { Pod, StatefulSet } from '../objects.ts';
import { isAvailable, isReady } from '../pod-state.ts';

/** What is to be done for a StatefulSet now; more may follow from it. */
export interface StatefulSteps {
  /** numbers of the pods that are missing, and the revision that each is to be of */
  readonly create: readonly { readonly ordinal: number; readonly revision: string }[];
  readonly remove: readonly Pod[];
  /** ended by themselves: they are made again */
  readonly failed: readonly Pod[];
}

export interface StatefulState {
  readonly pods: readonly Pod[];
  /** names of the revisions that were and that are to be */
  readonly current: string;
  readonly update: string;
  /** ms since the epoch */
  readonly now: number;
}

/** The rules of pkg/controller/statefulset/stateful_set_control.go. Pure. */
export function nextSteps(set: StatefulSet, state: StatefulState): StatefulSteps {
  const inOrder = set.spec?.podManagementPolicy !== 'Parallel';
  const all = [...growing(set, state), ...shrinking(set, state)];
  const stop = all.findIndex(({ waits }) => waits);
  const due = inOrder && stop >= 0 ? all.slice(0, stop + 1) : all;
  const steps = {
    create: due.flatMap(({ create }) => create ?? []),
    remove: due.flatMap(({ remove }) => remove ?? []),
    failed: due.flatMap(({ failed }) => failed ?? []),
  };
  const isBusy = steps.create.length + steps.remove.length + steps.failed.length > 0;
  if (isBusy || (inOrder && stop >= 0)) return steps;
  return { ...steps, remove: outdated(set, state) };
}

interface Step {
  readonly create?: StatefulSteps['create'][number];
  readonly remove?: Pod;
  readonly failed?: Pod;
  /** whether the next one waits for this, where pods come and go in order */
  readonly waits: boolean;
}

/** Of each pod that there is to be, from the first. */
function growing(set: StatefulSet, state: StatefulState): readonly Step[] {
  const { replicas = 1, minReadySeconds } = set.spec ?? {};
  return Array.from({ length: replicas }, (_, index): Step => {
    const ordinal = firstOf(set) + index;
    const pod = state.pods.find((one) => ordinalOf(one) === ordinal);
    if (!pod) {
      const isKept = index < partitionOf(set);
      return { create: { ordinal, revision: isKept ? state.current : state.update }, waits: true };
    }
    const isGoing = pod.metadata.deletionTimestamp !== undefined;
    const hasEnded = pod.status?.phase === 'Failed' || pod.status?.phase === 'Succeeded';
    if (hasEnded && !isGoing) return { failed: pod, waits: true };
    return { waits: isGoing || !isAvailable(pod, minReadySeconds, state.now) };
  });
}

/** Of each pod that there is not to be, from the last. */
function shrinking(set: StatefulSet, { pods }: StatefulState): readonly Step[] {
  const [first, end] = [firstOf(set), firstOf(set) + (set.spec?.replicas ?? 1)];
  return pods
    .filter((pod) => ordinalOf(pod) < first || ordinalOf(pod) >= end)
    .toSorted((a, b) => ordinalOf(b) - ordinalOf(a))
    .map((pod) =>
      pod.metadata.deletionTimestamp === undefined ? { remove: pod, waits: true } : { waits: true },
    );
}

/** The last pod of another revision, once all after it work. */
function outdated(set: StatefulSet, { pods, update }: StatefulState): readonly Pod[] {
  if (set.spec?.updateStrategy?.type === 'OnDelete') return [];
  const from = firstOf(set) + partitionOf(set);
  const last = pods.filter((pod) => ordinalOf(pod) >= from).toSorted((a, b) => ordinalOf(b) - ordinalOf(a));
  for (const pod of last) {
    if (pod.metadata.deletionTimestamp !== undefined) return [];
    if (revisionOf(pod) !== update) return [pod];
    if (!isReady(pod)) return [];
  }
  return [];
}

/** `2` of `db-2`. Pure. */
export function ordinalOf({ metadata }: Pod): number {
  return Number(/-(\d+)$/.exec(metadata.name)?.[1] ?? -1);
}

/** The name of the revision that it was made from. Pure. */
export function revisionOf({ metadata }: Pod): string | undefined {
  return metadata.labels?.['controller-revision-hash'];
}

function firstOf({ spec }: StatefulSet): number {
  return spec?.ordinals?.start ?? 0;
}

function partitionOf({ spec }: StatefulSet): number {
  return spec?.updateStrategy?.rollingUpdate?.partition ?? 0;
}
