import { workloadKeys } from '../diagnosis/workload-keys.ts';
import type { LogLine } from '../logs/log-line.ts';
import type { LogStore } from '../logs/log-store.ts';
import type { Session } from '../session/kernel.ts';
import { shortNames } from '../ui/short-names.ts';
import type { ControlHandlers } from './control-handlers.ts';
import { lineFilter } from './line-filter.ts';
import { findNamed } from './names.ts';
import type { CallName, CallParams, CallResult, StreamItem, StreamName, StreamParams } from './protocol.ts';
import { createRecentEvents } from './recent-events.ts';
import { recentLines } from './recent-lines.ts';
import { statusOf } from './status.ts';
import type { Status } from './status-schema.ts';
import { type WaitOptions, waitForCurrent } from './wait-for-current.ts';

export interface SessionHandlersOptions extends Omit<WaitOptions, 'session'> {
  readonly session: Session;
  readonly logs: LogStore;
}

type Calls = { [M in CallName]: (params: CallParams<M>, signal: AbortSignal) => Promise<CallResult<M>> };
type Streams = {
  [M in StreamName]: (params: StreamParams<M>, signal: AbortSignal) => AsyncIterable<StreamItem<M>>;
};

/** What a session answers. It must be made before the first fact, so that every fact can be told. */
export function createSessionHandlers(options: SessionHandlersOptions): ControlHandlers {
  const { session, logs } = options;
  const events = createRecentEvents(session);
  const status = (): Status =>
    statusOf(
      session.state(),
      session.holds(),
      { events: events.newest(), logs: logs.version() },
      options.clock.now(),
    );
  const calls: Calls = {
    status: async () => status(),
    wait: async ({ name, timeoutMs }, signal) => {
      const result = await waitForCurrent(
        options,
        { timeoutMs, ...(name === undefined ? {} : { name }) },
        signal,
      );
      return { ...result, status: status() };
    },
    trigger: async ({ name }) => {
      const state = session.state();
      const { paused } = state;
      if (name === undefined) {
        session.dispatch({ type: 'rebuild.requested', images: [] });
        return { images: [], workloads: [], paused };
      }
      const found = findNamed(state, name);
      const [images, workloads] = [[...found.images], [...found.workloads]];
      session.dispatch({ type: 'rebuild.requested', images, workloads });
      const names = shortNames(workloadKeys(state));
      return { images, workloads: workloads.map((key) => names.get(key) ?? key), paused };
    },
    pause: async () => {
      if (!session.state().paused) session.dispatch({ type: 'session.paused' });
      return { paused: true };
    },
    resume: async () => {
      if (session.state().paused) session.dispatch({ type: 'session.resumed' });
      return { paused: false };
    },
  };
  const streams: Streams = {
    events: ({ after = 0, follow = false }, signal) => events.after(after, follow, signal),
    logs: ({ after = 0, follow = false, ...query }, signal) =>
      recentLines(logs, { after, follow, passes: lineFilter(query) }, signal) as AsyncIterable<LogLine>,
    attach: async function* (_, signal) {
      const seq = events.newest();
      yield { snapshot: session.state(), seq };
      yield* events.after(seq, true, signal);
    },
  };
  return {
    call: (method, params, signal) => calls[method](params, signal),
    stream: (method, params, signal) => streams[method](params, signal),
  };
}
