import { setTimeout as sleep } from 'node:timers/promises';

/** Waits that can be ended together, since what one waiter learns is worth a new attempt of the others. */
export interface WakeablePause {
  /** Resolves after `ms`, at the next `wake`, or when the signal fires. */
  pause(ms: number, signal: AbortSignal): Promise<void>;
  wake(): void;
}

export function createWakeablePause(): WakeablePause {
  let awake = new AbortController();
  return {
    async pause(ms, signal) {
      await sleep(ms, undefined, { signal: AbortSignal.any([signal, awake.signal]) }).catch(() => {});
    },
    wake() {
      awake.abort();
      awake = new AbortController();
    },
  };
}
