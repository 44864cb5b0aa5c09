import type { SessionEvent } from './events.ts';
import type { ForwardState, SessionState } from './state.ts';

/** Local ports: which are listened on, and which cannot be had. */
export function reduceForwards(state: SessionState, event: SessionEvent): SessionState {
  switch (event.type) {
    case 'forward.opened':
      return changed(state, event.forward, ({ spec }) => ({ spec, port: event.port }));
    case 'forward.failed':
      return changed(state, event.forward, ({ spec }) => ({ spec, failure: event.failure }));
    case 'retry.due':
      return event.what === 'forward' ? changed(state, event.name, ({ spec }) => ({ spec })) : state;
    case 'rebuild.requested':
      return Object.values(state.forwards).reduce(
        (current, { spec, failure }) => (failure ? changed(current, spec.id, () => ({ spec })) : current),
        state,
      );
    default:
      return state;
  }
}

function changed(
  state: SessionState,
  id: string,
  change: (forward: ForwardState) => ForwardState,
): SessionState {
  const forward = state.forwards[id];
  return forward ? { ...state, forwards: { ...state.forwards, [id]: change(forward) } } : state;
}
