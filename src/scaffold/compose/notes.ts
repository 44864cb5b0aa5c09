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
  const left: Note[] = [];
  const failures: Failure[] = [];
  return {
    leave: ({ file, line = 0 }, words) => {
      const place = formatPlace({ file, ...(line === 0 ? {} : { line }) });
      const [, who = '', what = words] = /^(\S+): (.*)$/s.exec(words) ?? [];
      const same = left.find((note) => note.place === place && note.what === what);
      if (!same) left.push({ line, place, what, who: new Set([who]) });
      else same.who.add(who);
    },
    fail: (at, message, hint) => {
      failures.push(composeFailure(message, at, hint));
    },
    all: () => ({ leftOut: left.toSorted((a, b) => a.line - b.line).map(toText), failures }),
  };
}

interface Note {
  readonly line: number;
  readonly place: string;
  /** services: those that share an anchor have the same line */
  readonly who: Set<string>;
  readonly what: string;
}

const MANY = 4;

function toText({ place, who, what }: Note): LeftOut {
  const names = [...who].filter((name) => name !== '');
  const some = names.length > MANY ? [...names.slice(0, MANY - 1), `${names.length - MANY + 1} more`] : names;
  return `${place} ${some.length === 0 ? '' : `${some.join(', ')}: `}${what}`;
}
