import { type LogTime, logTime, secondsBefore } from './log-time.ts';
import type { TimedLine } from './split-lines.ts';

/** What was delivered of a log lately: enough to read it again from a little earlier without repeating a line. */
export interface ResumePoint {
  /** where to read from, or undefined while nothing was delivered */
  sinceTime(): string | undefined;
  /** Begins a read that may bring lines again. */
  replay(): Replay;
}

/** One read. */
export interface Replay {
  /** The lines that were not delivered before; they count as delivered from now on. */
  fresh(lines: readonly TimedLine[]): TimedLine[];
  /** Whether a line was delivered before this read began, by its time and text. */
  knows(line: TimedLine): boolean;
}

/**
 * Seconds that are read again. The apiserver passes whole seconds on to the kubelet, so the last second comes again
 * in any case; the one before, because stdout and stderr are stamped apart and written a little out of order.
 */
const OVERLAP = 1;
/** Lines that are remembered, unless more have the newest time. */
const REMEMBERED = 20_000;

/**
 * The resume rule: go on from the second before the last line; of what comes again skip what was delivered, by time
 * and content, each as often as it was delivered. Counting alone would skip the wrong lines when some of them were
 * rotated away meanwhile.
 */
export function createResumePoint(remembered = REMEMBERED): ResumePoint {
  const delivered = new Map<LogTime, Map<string, number>>();
  let size = 0;
  let newest: LogTime | undefined;
  /** newest time that was forgotten */
  let forgotten: LogTime = '';

  const remember = (time: LogTime, text: string) => {
    const texts = delivered.get(time) ?? new Map<string, number>();
    if (texts.size === 0) delivered.set(time, texts);
    const key = contentKey(text);
    texts.set(key, (texts.get(key) ?? 0) + 1);
    size++;
    if (newest === undefined || time > newest) newest = time;
  };
  const forget = () => {
    const from = newest === undefined ? '' : secondsBefore(newest, OVERLAP).slice(0, -1);
    for (const [time, texts] of delivered) {
      if (time === newest || (time >= from && size <= remembered)) return;
      for (const count of texts.values()) size -= count;
      delivered.delete(time);
      if (time > forgotten) forgotten = time;
    }
  };

  return {
    sinceTime: () => (newest === undefined ? undefined : secondsBefore(newest, OVERLAP)),
    replay() {
      const old = forgotten;
      const expected = new Map([...delivered].map(([time, texts]) => [time, new Map(texts)]));
      const isRepeated = (time: LogTime, text: string): boolean =>
        expected.size > 0 && (takeOne(expected, time, contentKey(text)) || time <= old);
      return {
        knows: ({ time, text }) => {
          const moment = logTime(time) ?? '';
          return moment <= old || (expected.get(moment)?.has(contentKey(text)) ?? false);
        },
        fresh(lines) {
          const fresh = lines.filter(({ time, text }) => {
            const moment = logTime(time) ?? '';
            if (isRepeated(moment, text)) return false;
            remember(moment, text);
            return true;
          });
          forget();
          return fresh;
        },
      };
    },
  };
}

type Counts = Map<LogTime, Map<string, number>>;

/** Strikes one line off, if it is there. */
function takeOne(counts: Counts, time: LogTime, key: string): boolean {
  const texts = counts.get(time);
  const count = texts?.get(key) ?? 0;
  if (texts === undefined || count === 0) return false;
  if (count > 1) texts.set(key, count - 1);
  else texts.delete(key);
  if (texts.size === 0) counts.delete(time);
  return true;
}

/** Characters up to which a text is its own key; a longer one is told by its length, its ends and a hash. */
const SHORT = 64;

function contentKey(text: string): string {
  if (text.length <= SHORT) return text;
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return `${text.length} ${hash >>> 0} ${text.slice(0, 16)} ${text.slice(-16)}`;
}
