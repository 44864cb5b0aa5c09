import { uptime } from 'node:os';
import type { ClockWatch } from '../session/ports.ts';

/** Tells of sleep within the process too, to those who hold what does not survive it. */
export interface SystemClockWatch extends ClockWatch {
  /** Calls back after each gap, with its length in ms. Returns how to stop that. */
  onSleep(listener: (ms: number) => void): () => void;
}

/** ms between looks at the clock */
const TICK = 1000;
/** ms that a look may be late: a busy process or machine is late by two or three seconds, and nothing is lost by that */
const GAP = 5000;

/**
 * Compares the time that timers know with the time since the machine was started, which goes on in its sleep
 * (CLOCK_BOOTTIME) and, unlike the time of day, is never set.
 * @param sinceBoot ms
 */
export function createSystemClockWatch(sinceBoot: () => number = () => uptime() * 1000): SystemClockWatch {
  const listeners = new Set<(ms: number) => void>();
  return {
    onSleep(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async watch(emit, signal) {
      let last = sinceBoot();
      const look = () => {
        const now = sinceBoot();
        const ms = Math.round(now - last - TICK);
        last = now;
        if (ms < GAP) return;
        emit({ type: 'machine.slept', ms });
        for (const listener of [...listeners]) listener(ms);
      };
      const timer = setInterval(look, TICK);
      try {
        await aborted(signal);
      } finally {
        clearInterval(timer);
      }
    },
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
