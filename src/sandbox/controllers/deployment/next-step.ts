import { isDeepStrictEqual } from 'node:util';
import type { Deployment, Pod, ReplicaSet } from '../objects.ts';
import { controllerOf } from '../owners.ts';
import { isFinished } from '../pod-state.ts';
import { proportional } from './proportional.ts';
import { asNewest, newSet, resized, type Sets, setsOf, sizedFor } from './revisions.ts';
import { roll, roomForNew } from './roll.ts';
import { surplusSets } from './surplus-sets.ts';

/** What is to be done for a Deployment now; more may follow from it. */
export interface Step {
  /** a ReplicaSet for a template that has none */
  readonly create?: object;
  /** ReplicaSets as they are to be */
  readonly change: readonly ReplicaSet[];
  /** beyond the history that is kept */
  readonly remove: readonly ReplicaSet[];
}

/** The rules of pkg/controller/deployment, one step at a time. Pure. @param pods all of its namespace */
export function nextStep(deployment: Deployment, all: readonly ReplicaSet[], pods: readonly Pod[]): Step {
  const { current: known, old } = setsOf(deployment, all);
  const newest = asNewest(deployment, { current: known, old });
  const isSame = isDeepStrictEqual(newest, known);
  const step = sized(deployment, { current: isSame ? known : newest, old }, pods);
  const isLeftOut = !step.change.some(({ metadata }) => metadata.uid === newest?.metadata.uid);
  return newest && !isSame && isLeftOut ? { ...step, change: [...step.change, newest] } : step;
}

function sized(deployment: Deployment, sets: Sets, pods: readonly Pod[]): Step {
  const isPaused = deployment.spec?.paused === true;
  if (isPaused || isResized(deployment, sets))
    return { change: proportional(deployment, sets), remove: isPaused ? surplusSets(deployment, sets) : [] };
  const step =
    deployment.spec?.strategy?.type === 'Recreate'
      ? recreate(deployment, sets, pods)
      : rolled(deployment, sets);
  return { ...step, remove: surplusSets(deployment, sets) };
}

/** Whether the number of pods that is wanted changed since its ReplicaSets were sized. */
function isResized({ spec }: Deployment, { current, old }: Sets): boolean {
  return [...old, ...(current ? [current] : [])]
    .filter((set) => (set.spec?.replicas ?? 0) > 0)
    .some((set) => {
      const { desired } = sizedFor(set);
      return desired !== undefined && desired !== (spec?.replicas ?? 1);
    });
}

function rolled(deployment: Deployment, sets: Sets): Pick<Step, 'create' | 'change'> {
  if (sets.current) return { change: roll(deployment, { current: sets.current, old: sets.old }) };
  return { create: newSet(deployment, sets.old, roomForNew(deployment, sets)), change: [] };
}

/** All pods of before end first. */
function recreate(
  deployment: Deployment,
  { current, old }: Sets,
  pods: readonly Pod[],
): Pick<Step, 'create' | 'change'> {
  const running = old.filter(({ spec }) => (spec?.replicas ?? 0) > 0);
  if (running.length > 0) return { change: running.map((set) => resized(deployment, set, 0)) };
  const uids = new Set(old.map(({ metadata }) => metadata.uid));
  if (pods.some((pod) => uids.has(controllerOf(pod)?.uid ?? '') && !isFinished(pod))) return { change: [] };
  const replicas = deployment.spec?.replicas ?? 1;
  if (!current) return { create: newSet(deployment, old, replicas), change: [] };
  return { change: current.spec?.replicas === replicas ? [] : [resized(deployment, current, replicas)] };
}
