import type { LogLine, UnnumberedLine } from './log-line.ts';
import { stripEscapes } from './strip-escapes.ts';

/** The newest lines of a session, in memory. Lines are never copied: what is given out is what is kept. */
export interface LogStore {
  /** Numbers the lines in the given order; the oldest go when there is no more room. */
  append(lines: readonly UnnumberedLine[]): void;
  /** rises with every line */
  version(): number;
  /** The newest `count` lines that pass, oldest first, none newer than `until` (a seq). */
  window(query: {
    readonly passes: LinePasses;
    readonly until?: number;
    readonly count: number;
  }): readonly LogLine[];
  /** how many kept lines that pass are newer than a seq */
  countAfter(seq: number, passes: LinePasses): number;
  /** how many lines are gone for want of room */
  dropped(): number;
  /** Calls back after every append until the returned function is called. */
  subscribe(callback: () => void): () => void;
}

export type LinePasses = (line: LogLine) => boolean;

/** What a store may hold: so many lines, and so many bytes of text in them. */
export interface LogStoreBounds {
  readonly lines: number;
  readonly bytes: number;
}

/** Characters of a line that are kept. */
const LONGEST = 64 * 1024;

/**
 * A store within bounds. Escapes other than colours are taken out of the lines, and of a line of more than 64 Ki
 * characters the beginning is kept, with a word on how much was cut. The newest line is always kept.
 */
export function createLogStore(bounds: LogStoreBounds): LogStore {
  const capacity = Math.max(1, bounds.lines);
  /** the line of seq n is at n % capacity */
  const slots: (LogLine | undefined)[] = [];
  const subscribers = new Set<() => void>();
  let newest = 0;
  let oldest = 1;
  let bytes = 0;

  const at = (seq: number) => slots[seq % capacity];
  const dropOldest = () => {
    bytes -= sizeOf(at(oldest));
    slots[oldest % capacity] = undefined;
    oldest++;
  };
  const add = (line: UnnumberedLine) => {
    const kept: LogLine = { ...line, text: shorten(line.text), seq: newest + 1 };
    if (newest - oldest + 1 === capacity) dropOldest();
    newest = kept.seq;
    slots[newest % capacity] = kept;
    bytes += sizeOf(kept);
    while (bytes > bounds.bytes && oldest < newest) dropOldest();
  };

  return {
    append(lines) {
      for (const line of lines) add(line);
      if (lines.length > 0) for (const callback of [...subscribers]) callback();
    },
    version: () => newest,
    dropped: () => oldest - 1,
    window({ passes, until = newest, count }) {
      const found: LogLine[] = [];
      for (let seq = Math.min(until, newest); seq >= oldest && found.length < count; seq--) {
        const line = at(seq);
        if (line !== undefined && passes(line)) found.push(line);
      }
      return found.reverse();
    },
    countAfter(seq, passes) {
      let count = 0;
      for (let next = Math.max(seq + 1, oldest); next <= newest; next++) {
        const line = at(next);
        if (line !== undefined && passes(line)) count++;
      }
      return count;
    },
    subscribe(callback) {
      const own = () => callback();
      subscribers.add(own);
      return () => subscribers.delete(own);
    },
  };
}

function sizeOf(line: LogLine | undefined): number {
  return line === undefined ? 0 : Buffer.byteLength(line.text);
}

/** A copy, since a part of a string would keep the whole in memory. */
function shorten(text: string): string {
  if (text.length <= LONGEST) return stripEscapes(text);
  const start = Buffer.from(text.slice(0, LONGEST)).toString();
  return `${stripEscapes(start)} … [${text.length - LONGEST} more characters]`;
}
