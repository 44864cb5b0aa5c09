import { EVENT_VERSION, SessionEvent } from './events.ts';
import { reduce } from './reduce.ts';
import { initialState, type SessionState } from './state.ts';

/** One line of the event log, without its end. */
export function encodeEvent(event: SessionEvent): string {
  return JSON.stringify(event);
}

/** The fact a line of the event log holds. Throws when the line is none, or of another version. */
export function decodeEvent(line: string): SessionEvent {
  const value: unknown = JSON.parse(line);
  const parsed = SessionEvent.safeParse(value);
  if (parsed.success) return parsed.data as SessionEvent;
  throw new Error(`not an event of version ${EVENT_VERSION}: ${parsed.error.issues[0]?.message}`);
}

/** The state that the facts lead to: what a session that wrote them had. No effect is run. */
export function replay(events: Iterable<SessionEvent>): SessionState {
  let state = initialState;
  for (const event of events) state = reduce(state, event);
  return state;
}
