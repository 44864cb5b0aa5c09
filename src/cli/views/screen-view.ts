import type { Clock } from '../../session/ports.ts';
import { runApp } from '../../ui/render-app.tsx';
import type { View } from './view.ts';

/** The terminal UI. */
export function createScreenView(clock: Clock): View {
  return {
    show: ({ session, logs }) =>
      runApp({
        session: {
          state: session.state,
          holds: session.holds,
          subscribe: (listener) => session.subscribe(listener),
          rebuild: (images) => session.dispatch({ type: 'rebuild.requested', images: [...images] }),
          quit: (reason) => session.dispatch({ type: 'session.stopping', reason }),
        },
        logs,
        stdout: process.stdout,
        stdin: process.stdin,
        clock,
      }),
  };
}
