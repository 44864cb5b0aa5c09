import { type Failure, formatPlace, type SourcePlace } from '../../session/failure.ts';
import type { LeftOut } from '../proposal.ts';
import { composeFailure } from './compose-value.ts';

/** Collects what is to be said about a compose file while it is read. */
export interface Notes {
  readonly leftOut: readonly LeftOut[];
  readonly failures: readonly Failure[];
  /** Something that is not carried over: "compose.yaml:12 web: `privileged` …" */
  leave(at: SourcePlace, words: string): void;
  /** Something that compose would refuse too, or that cannot be carried at all. */
  fail(at: SourcePlace, message: string, hint?: string): void;
}

export function createNotes(): Notes {
  const leftOut: LeftOut[] = [];
  const failures: Failure[] = [];
  return {
    leftOut,
    failures,
    leave: ({ file, line }, words) => {
      const note = `${formatPlace({ file, ...(line === undefined ? {} : { line }) })} ${words}`;
      if (!leftOut.includes(note)) leftOut.push(note);
    },
    fail: (at, message, hint) => {
      failures.push(composeFailure(message, at, hint));
    },
  };
}
