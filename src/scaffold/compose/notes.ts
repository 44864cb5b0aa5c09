import { type Failure, formatPlace, type SourcePlace } from '../../session/failure.ts';
import type { LeftOut } from '../proposal.ts';
import { composeFailure } from './compose-value.ts';

/** Collects what is to be said about a compose file while it is read. */
export interface Notes {
  /** Something that is not carried over: "compose.yaml:12 web: `privileged` …" */
  leave(at: SourcePlace, words: string): void;
  /** Something that compose would refuse too, or that cannot be carried at all. */
  fail(at: SourcePlace, message: string, hint?: string): void;
  /** Everything that was said, in the order of the lines. */
  all(): { readonly leftOut: readonly LeftOut[]; readonly failures: readonly Failure[] };
}

export function createNotes(): Notes {
  const left: { line: number; note: LeftOut }[] = [];
  const failures: Failure[] = [];
  return {
    leave: ({ file, line = 0 }, words) => {
      const note = `${formatPlace({ file, ...(line === 0 ? {} : { line }) })} ${words}`;
      if (!left.some((other) => other.note === note)) left.push({ line, note });
    },
    fail: (at, message, hint) => {
      failures.push(composeFailure(message, at, hint));
    },
    all: () => ({ leftOut: left.toSorted((a, b) => a.line - b.line).map(({ note }) => note), failures }),
  };
}
