import { attachSession } from '../../control/attached-session.ts';
import { findSessionAt, noSession } from '../../control/find-session.ts';
import { statusOf } from '../../control/status.ts';
import { statusText } from '../../control/status-text.ts';
import { systemClock } from '../system-clock.ts';
import { untilInterrupted } from '../until-interrupted.ts';
import type { View } from '../views/view.ts';

/** What is kept of the logs in memory. */
const KEPT = { lines: 50_000, bytes: 32 << 20 };

/**
 * Shows the session that listens at an address, until it ends or this view of it is left, which does not end it.
 * Resolves with the exit code. Rejects with a RockpoolError when nobody answers there.
 */
export async function attach(
  address: string,
  place: { readonly app: string; readonly namespace: string },
  view: View,
): Promise<number> {
  const interruption = untilInterrupted();
  const client = await findSessionAt(address);
  try {
    const onLines: Parameters<typeof attachSession>[0]['onLines'] = (lines) => view.lines?.(lines);
    const options = { client, clock: systemClock, kept: KEPT, onLines };
    const { session, logs, run } = await attachSession(options, interruption.signal);
    const { app, namespace } = session.state();
    if (app !== place.app || namespace !== place.namespace)
      throw noSession(`Another session answers at ${address}.`);
    const cursors = { events: 0, logs: 0 };
    const status = statusOf(session.state(), session.holds(), cursors, systemClock.now());
    const [first = ''] = statusText(status).split('\n');
    const notes = [`attached to ${first}; leaving does not end it`];
    const showing = view.show({ session, logs, notes, warnings: [] });
    const running = run();
    await Promise.race([interruption.asked, showing, running]);
    await session.close('left; it goes on');
    await Promise.all([showing, running]);
    return interruption.exitCode();
  } finally {
    client.close();
  }
}
