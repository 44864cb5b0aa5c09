import type { Clock } from '../../session/ports.ts';

/** Things to do, each once however often it was asked for, one at a time, never in the caller's own call. */
export interface WorkQueue {
  /** Does it soon. */
  add(key: string): void;
  /** Does all that waits to be done soon, and what comes of it, now. */
  settle(): void;
  /** Does nothing any more. */
  close(): void;
}

/** @returns ms after which it is to be done once more; throws to be tried again */
export type Work = (key: string) => number | undefined;

/** ms until the first try after a failed one; doubled each time, up to LONGEST (client-go's default rate limiter) */
const SHORTEST = 5;
const LONGEST = 1_000_000;

/** @param failed is told of each failed try */
export function createWorkQueue(
  work: Work,
  clock: Clock,
  failed: (key: string, error: unknown) => void,
): WorkQueue {
  const waiting = new Set<string>();
  const failures = new Map<string, number>();
  const timers = new Map<string, AbortController>();
  let soon: NodeJS.Immediate | undefined;
  let isClosed = false;

  const add = (key: string): void => {
    if (isClosed) return;
    waiting.add(key);
    soon ??= setImmediate(round);
  };
  const later = (key: string, ms: number): void => {
    const timer = new AbortController();
    timers.set(key, timer);
    clock.sleep(ms, timer.signal).then(
      () => add(key),
      () => {},
    );
  };
  const attempt = (key: string): number | undefined => {
    try {
      const again = work(key);
      failures.delete(key);
      return again;
    } catch (error) {
      failed(key, error);
      const times = failures.get(key) ?? 0;
      failures.set(key, times + 1);
      return Math.min(SHORTEST * 2 ** times, LONGEST);
    }
  };
  /** What comes of it waits for the next round, so that requests are answered between. */
  const round = (): void => {
    clearImmediate(soon);
    soon = undefined;
    for (const key of [...waiting]) {
      waiting.delete(key);
      timers.get(key)?.abort();
      timers.delete(key);
      const again = attempt(key);
      if (again !== undefined && !isClosed) later(key, again);
    }
  };
  return {
    add,
    settle() {
      while (waiting.size > 0) round();
    },
    close() {
      isClosed = true;
      clearImmediate(soon);
      waiting.clear();
      for (const timer of timers.values()) timer.abort();
    },
  };
}
