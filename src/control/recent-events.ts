import type { SessionEvent } from '../session/events.ts';
import { type Failure, RockpoolError } from '../session/failure.ts';
import type { Session } from '../session/kernel.ts';

/** The newest facts of a session, for whoever asks for them by their numbers. */
export interface RecentEvents {
  /** number of the newest fact; 0 before the first */
  newest(): number;
  /**
   * The facts that are newer than `after`, and with `follow` those to come until the signal fires. Rejects with
   * EVENTS_GONE when the next one is not kept any more: it was asked for late, or its reader is too slow.
   */
  after(after: number, follow: boolean, signal: AbortSignal): AsyncIterable<SessionEvent>;
}

/** Facts that are kept: some minutes of a busy session. */
const KEPT = 5000;

/** Keeps the newest facts from now on. */
export function createRecentEvents(session: Pick<Session, 'subscribe'>, kept = KEPT): RecentEvents {
  const slots: SessionEvent[] = [];
  const waiting = new Set<() => void>();
  let newest = 0;
  let oldest = 1;
  session.subscribe((event) => {
    if (newest === 0) oldest = event.seq;
    newest = event.seq;
    oldest = Math.max(oldest, newest - kept + 1);
    slots[newest % kept] = event;
    for (const wake of [...waiting]) wake();
  });

  const another = (signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      const done = () => {
        waiting.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      waiting.add(done);
      signal.addEventListener('abort', done);
    });

  return {
    newest: () => newest,
    async *after(after, follow, signal) {
      let next = after + 1;
      for (;;) {
        signal.throwIfAborted();
        const event = next <= newest ? slots[next % kept] : undefined;
        if (event === undefined && next > newest) {
          if (!follow) return;
          await another(signal);
          continue;
        }
        if (event?.seq !== next) throw new RockpoolError(gone(next, oldest));
        next += 1;
        yield event;
      }
    },
  };
}

function gone(wanted: number, oldest: number): Failure {
  return {
    code: 'EVENTS_GONE',
    subject: 'session',
    message: `The session does not keep event ${wanted} in memory any more: the oldest is ${oldest}.`,
    hint: 'All of them are in .rockpool/events.jsonl. Who follows must read as fast as they come.',
  };
}
