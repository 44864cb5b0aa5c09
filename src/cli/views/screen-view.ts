import type { Clock } from '../../session/ports.ts';
import { runApp } from '../../ui/render-app.tsx';
import { formatFailure } from '../report-error.ts';
import type { View } from './view.ts';

/** The terminal UI. */
export function createScreenView(clock: Clock): View {
  return {
    show: ({ session, logs, notes, warnings }) => {
      // On the main screen, where they can be read after the session.
      for (const note of notes) console.error(note);
      for (const warning of warnings) console.error(formatFailure(warning, 'warning'));
      return runApp({
        session: {
          state: session.state,
          holds: session.holds,
          subscribe: (listener) => session.subscribe(listener),
          rebuild: (images, workload) =>
            session.dispatch({
              ...{ type: 'rebuild.requested', images: [...images] },
              ...(workload === undefined ? {} : { workloads: [workload] }),
            }),
          quit: (reason) => session.dispatch({ type: 'session.stopping', reason }),
        },
        logs,
        stdout: process.stdout,
        stdin: process.stdin,
        clock,
      });
    },
    // Held back by the screen and printed after it.
    notice: (failure) => console.error(formatFailure(failure, 'warning')),
  };
}
