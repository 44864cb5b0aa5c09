import type { Clock } from '../../src/session/ports.ts';

/** A clock that moves only when a test says so. */
export interface ManualClock extends Clock {
  /** Moves on and wakes who slept until then, in order of their time. */
  advance(ms: number): void;
  /** ms that each of those who sleep now still has to go */
  pending(): number[];
}

interface Sleeper {
  readonly until: number;
  wake(): void;
}

export function createManualClock(start = 0): ManualClock {
  let now = start;
  const sleeping = new Set<Sleeper>();

  const sleep = (ms: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(signal.reason);
        return;
      }
      const leave = (settle: () => void) => () => {
        sleeping.delete(sleeper);
        signal.removeEventListener('abort', abort);
        settle();
      };
      const abort = leave(() => reject(signal.reason));
      const sleeper: Sleeper = { until: now + ms, wake: leave(resolve) };
      sleeping.add(sleeper);
      signal.addEventListener('abort', abort, { once: true });
    });

  const advance = (ms: number): void => {
    now += ms;
    const due = [...sleeping].filter(({ until }) => until <= now).sort((a, b) => a.until - b.until);
    for (const sleeper of due) sleeper.wake();
  };

  return { now: () => now, sleep, advance, pending: () => [...sleeping].map(({ until }) => until - now) };
}
