import type { Server } from 'node:http';
import type { Log } from './log.ts';

/** ms for running requests: less than terminationGracePeriodSeconds of the Deployment, after which comes SIGKILL */
const GRACE = 5_000;

/** Ends well on a signal: takes no new connections, lets running requests finish, and exits with 0. */
export function stopOn(signals: readonly NodeJS.Signals[], server: Server, log: Log): void {
  const stop = (signal: NodeJS.Signals) => {
    log('info', 'stopping', { signal });
    server.close(() => process.exit(0));
    setTimeout(() => server.closeAllConnections(), GRACE).unref();
  };
  for (const signal of signals) process.once(signal, stop);
}
