import type { SessionEvent } from './events.ts';
import { patch } from './patch.ts';
import { reduceCluster } from './reduce-cluster.ts';
import { reduceConfig } from './reduce-config.ts';
import { reduceDeleted } from './reduce-deleted.ts';
import { reduceDeploy } from './reduce-deploy.ts';
import { reduceForwards } from './reduce-forwards.ts';
import { reduceGone } from './reduce-gone.ts';
import { reduceImages } from './reduce-images.ts';
import { reducePods } from './reduce-pods.ts';
import { reducePrune } from './reduce-prune.ts';
import { reduceSync } from './reduce-sync.ts';
import { reduceTrouble } from './reduce-trouble.ts';
import type { SessionState } from './state.ts';

type Reducer = (state: SessionState, event: SessionEvent) => SessionState;

/** Each area folds the facts that concern it and passes the others through. */
const areas: readonly Reducer[] = [
  reduceSession,
  reduceConfig,
  reduceImages,
  reduceSync,
  reduceDeploy,
  reduceDeleted,
  reduceCluster,
  reducePods,
  reduceForwards,
  reduceTrouble,
  reducePrune,
  reduceGone,
];

/**
 * Folds one fact into the state. Pure: reads no clock, throws nothing, mutates nothing, and returns the same
 * reference when nothing changed, so that a whole session can be replayed from its event log.
 */
export function reduce(state: SessionState, event: SessionEvent): SessionState {
  return areas.reduce((current, area) => area(current, event), state);
}

function reduceSession(state: SessionState, event: SessionEvent): SessionState {
  switch (event.type) {
    case 'session.started': {
      const { app, context, namespace } = event;
      return { ...state, app, context, namespace, startedAt: event.at };
    }
    case 'session.stopping':
      return state.phase === 'stopping' ? state : { ...state, phase: 'stopping' };
    case 'session.paused':
      return patch(state, { paused: true });
    case 'session.resumed':
      return patch(state, { paused: false });
    case 'lease.lost':
      return { ...state, superseded: event.holder };
    case 'watch.started':
      return { ...state, watch: { started: true } };
    case 'watch.failed':
      return { ...state, watch: { started: false, failure: event.failure } };
    case 'watch.held':
      return { ...state, watch: { ...state.watch, held: event.reason } };
    case 'watch.released': {
      const { held: _, ...watch } = state.watch;
      return { ...state, watch };
    }
    case 'retry.due':
      return event.what === 'watch' ? patch(state, { watch: withoutFailure(state.watch) }) : state;
    case 'rebuild.requested':
      return triedAgain(state);
    case 'effect.crashed':
      return { ...state, crashed: { ...state.crashed, [event.effect]: event.message } };
    default:
      return state;
  }
}

/** Asked for by a person: what crashed or could not be watched gets another chance. */
function triedAgain(state: SessionState): SessionState {
  const hasCrashed = Object.keys(state.crashed).length > 0;
  return patch(state, { watch: withoutFailure(state.watch), crashed: hasCrashed ? {} : state.crashed });
}

function withoutFailure(watch: SessionState['watch']): SessionState['watch'] {
  const { failure, ...rest } = watch;
  return failure ? rest : watch;
}
