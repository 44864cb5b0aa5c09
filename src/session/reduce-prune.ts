import type { SessionEvent } from './events.ts';
import type { SessionState } from './state.ts';

/** Images in the daemon: which are gone, and when old ones were deleted. */
export function reducePrune(state: SessionState, _event: SessionEvent): SessionState {
  return state;
}
