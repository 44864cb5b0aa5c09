import type { LogLine } from '../logs/log-line.ts';
import type { LinePasses, LogStore } from '../logs/log-store.ts';

export interface LinesQuery {
  /** number of the newest line that was seen */
  readonly after: number;
  readonly follow: boolean;
  readonly passes: LinePasses;
}

/** Lines that are taken from the store at once. */
const BATCH = 500;

/**
 * Lines of a store that pass, oldest first, and with `follow` those to come until the signal fires. A reader that is
 * slower than the store forgets is told how many lines it missed, and goes on with the oldest that is there.
 */
export async function* recentLines(
  store: LogStore,
  { after, follow, passes }: LinesQuery,
  signal: AbortSignal,
): AsyncGenerator<LogLine | { dropped: number }> {
  let seen = after;
  for (;;) {
    signal.throwIfAborted();
    const missed = store.dropped() - seen;
    if (missed > 0) {
      seen = store.dropped();
      yield { dropped: missed };
    }
    const until = Math.min(store.version(), seen + BATCH);
    if (until > seen) {
      const count = until - seen;
      const lines = store.window({ passes: (line) => line.seq > seen, until, count });
      for (const line of lines) if (passes(line)) yield line;
      seen = until;
    } else if (follow) await another(store, signal);
    else return;
  }
}

function another(store: LogStore, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      unsubscribe();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const unsubscribe = store.subscribe(done);
    signal.addEventListener('abort', done);
  });
}
