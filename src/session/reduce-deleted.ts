import type { SessionEvent } from './events.ts';
import type { ResourceKey } from './observed.ts';
import { resourceParts } from './resource-parts.ts';
import type { ResourceState, SessionState } from './state.ts';

/** A resource that was deleted less long ago than this, in ms, was deleted once more in a row. */
const IN_A_ROW = 60_000;
/** So many times in a row it is applied again: then somebody means it, or another tool deletes it each time. */
const TIMES = 3;

/**
 * Workloads and Services that the manifests have and that were deleted behind our back are applied again. A Job is not,
 * since one that is done may be cleared away. What is deleted while a deploy is under way, as when that makes an
 * object anew, waits for the deploy's end, and is applied then if it still is not there.
 */
export function reduceDeleted(state: SessionState, event: SessionEvent): SessionState {
  switch (event.type) {
    case 'workload.deleted':
      return deleted(state, event.key, event.at);
    case 'service.deleted':
      return deleted(state, `Service/${event.namespace}/${event.name}`, event.at);
    case 'deploy.succeeded':
    case 'deploy.failed':
      return deletedMeanwhile(state);
    default:
      return state;
  }
}

/** Whether a resource is deleted again and again, so that it is not applied by itself any more. Pure. */
export function isLeftAlone({ hash, deleted: gone }: ResourceState): boolean {
  return hash === undefined && gone !== undefined && gone.times > TIMES;
}

/** Why such a resource is not applied, and what does so. Only workloads can be triggered by their names. Pure. */
export function leftReason(key: ResourceKey): string {
  const { kind, name } = resourceParts(key);
  const named = kind === 'Service' ? '' : ` ${kind.toLowerCase()}/${name}`;
  return `somebody deletes it each time it is applied: \`rockpool trigger${named}\` applies it again`;
}

function deleted(state: SessionState, key: ResourceKey, at: number): SessionState {
  const known = state.resources[key];
  const isBroken = state.deploy.failures.some(({ subject }) => subject === key);
  if (!known || (known.hash === undefined && !isBroken)) return state;
  const { hash: _hash, appliedAt: _appliedAt, deleted: before, ...rest } = known;
  if (resourceParts(key).kind === 'Job' && !isBroken) return withResources(state, { [key]: rest });
  const times = before && at - before.at <= IN_A_ROW ? before.times + 1 : 1;
  const due = times <= TIMES;
  const next = withResources(state, { [key]: { ...rest, deleted: { at, times, due } } });
  return due && !isUnderWay(state) ? appliedAnew(next) : next;
}

function deletedMeanwhile(state: SessionState): SessionState {
  const isOpen = ({ hash, deleted: gone }: ResourceState) => hash === undefined && gone?.due === true;
  return Object.values(state.resources).some(isOpen) && !isUnderWay(state) ? appliedAnew(state) : state;
}

function isUnderWay({ deploy }: SessionState): boolean {
  return deploy.generation > deploy.done && deploy.failedGeneration !== deploy.generation;
}

/** Each deletion asks for one deploy, so that one which fails does not ask for the next. */
function appliedAnew(state: SessionState): SessionState {
  const asked = Object.values(state.resources).flatMap(({ deleted: gone, ...rest }) =>
    gone?.due ? [[rest.key, { ...rest, deleted: { ...gone, due: false } }] as const] : [],
  );
  const { deploy } = state;
  return {
    ...withResources(state, Object.fromEntries(asked)),
    deploy: { ...deploy, generation: deploy.generation + 1 },
  };
}

function withResources(state: SessionState, changed: SessionState['resources']): SessionState {
  return { ...state, resources: { ...state.resources, ...changed } };
}
