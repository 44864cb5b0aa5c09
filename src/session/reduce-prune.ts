import type { SessionEvent } from './events.ts';
import type { SessionState } from './state.ts';

/** When old images were deleted, and what was built since. Runs after the images' own reducer. */
export function reducePrune(state: SessionState, event: SessionEvent): SessionState {
  const { pruning } = state;
  switch (event.type) {
    case 'build.succeeded':
      return event.skipped || isSuperseded(state, event)
        ? state
        : { ...state, pruning: { ...pruning, builds: pruning.builds + 1 } };
    case 'images.pruned':
      return { ...state, pruning: { done: event.generation, builds: 0 } };
    default:
      return state;
  }
}

function isSuperseded(
  { images }: SessionState,
  { image, generation, at }: Extract<SessionEvent, { type: 'build.succeeded' }>,
): boolean {
  const built = images[image]?.built;
  return built?.generation !== generation || built.at !== at;
}
