import type { Clock, CrashReader } from '../session/ports.ts';
import type { UnnumberedLine } from './log-line.ts';
import { stripAllEscapes } from './strip-escapes.ts';

/** The last lines of the instances whose logs are followed. */
export interface FollowedWords {
  /** a log is about to be followed; returns what to call when its last line was delivered */
  begin(targetId: string): () => void;
  take(lines: readonly UnnumberedLine[]): void;
  /** the last lines once the last one was delivered; how far it is until then */
  last(targetId: string): readonly string[] | 'followed' | 'unknown';
}

interface Words {
  readonly lines: string[];
  isWhole: boolean;
}

/** Instances that are remembered, lines of each, and what of each line is kept, in characters. */
const INSTANCES = 300;
const LINES = 20;
const WIDTH = 500;

export function createFollowedWords(): FollowedWords {
  const instances = new Map<string, Words>();
  return {
    begin(id) {
      const words: Words = { lines: [], isWhole: false };
      instances.delete(id);
      instances.set(id, words);
      const [oldest] = instances.keys();
      if (instances.size > INSTANCES && oldest !== undefined) instances.delete(oldest);
      return () => {
        words.isWhole = true;
      };
    },
    take(lines) {
      for (const { targetId, time, text } of lines) {
        const words = instances.get(targetId);
        if (!words || time === '') continue;
        words.lines.push(stripAllEscapes(text.slice(0, 2 * WIDTH)).slice(0, WIDTH));
        if (words.lines.length > LINES) words.lines.shift();
      }
    },
    last(id) {
      const words = instances.get(id);
      if (!words) return 'unknown';
      return words.isWhole ? [...words.lines] : 'followed';
    },
  };
}

/** ms between two looks, and how long a log that is followed, and one that is not, may take to tell. */
const STEP = 50;
const PATIENCE = { followed: 5000, unknown: 300 };

/** What was followed is known at once, and of which instance it is; the rest is read by another reader. */
export function createFollowedCrashReader(
  words: FollowedWords,
  other: CrashReader,
  clock: Clock,
): CrashReader {
  return {
    async lastLines(target, signal) {
      signal.throwIfAborted();
      for (let waited = 0; ; waited += STEP) {
        const last = words.last(target.id);
        const isMissing = last.length === 0 || (typeof last === 'string' && waited >= PATIENCE[last]);
        if (typeof last !== 'string' && !isMissing) return last;
        if (isMissing) return other.lastLines(target, signal);
        await clock.sleep(STEP, signal);
      }
    },
  };
}
