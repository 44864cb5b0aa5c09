import type { LeftOut, Question } from '../proposal.ts';
import type { Source } from './source.ts';

/** What a step of choosing leaves, and what it says of the rest. */
export interface ChosenSources {
  readonly sources: readonly Source[];
  readonly questions: readonly Question[];
  readonly leftOut: readonly LeftOut[];
}

/** Everything stays. Pure. */
export const keep = (sources: readonly Source[]): ChosenSources => ({ sources, questions: [], leftOut: [] });
