/** Time for waiting in: `now` must never run backwards. In ms. */
export interface Pace {
  now(): number;
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export interface Coalescer {
  /** Something happened. */
  touch(): void;
  /**
   * Resolves once something happened and then nothing for `quiet` ms, or `most` ms after it happened first; what
   * happens from then on belongs to the next call. Rejects with the signal's reason.
   */
  settled(signal: AbortSignal): Promise<void>;
}

/** Takes many things that happen close to each other as one. */
export function createCoalescer(options: { quiet: number; most: number; pace: Pace }): Coalescer {
  const { quiet, most, pace } = options;
  let first: number | undefined;
  let last = 0;
  let wake = Promise.withResolvers<void>();
  return {
    touch() {
      last = pace.now();
      first ??= last;
      wake.resolve();
    },
    async settled(signal) {
      await orAborted(wake.promise, signal);
      for (;;) {
        const wait = Math.min(last + quiet, (first ?? last) + most) - pace.now();
        if (wait <= 0) break;
        await pace.sleep(wait, signal);
      }
      first = undefined;
      wake = Promise.withResolvers<void>();
    },
  };
}

function orAborted(promise: Promise<void>, signal: AbortSignal): Promise<void> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  return Promise.race([promise, aborted]).finally(() => signal.removeEventListener('abort', abort));
}
