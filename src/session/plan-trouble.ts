import { nothing, type Part } from './effect.ts';
import type { SessionState } from './state.ts';

/** What has to be asked to explain a failure. Pure. */
export function planTrouble(_state: SessionState): Part {
  return nothing;
}
