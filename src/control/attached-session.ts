import type { UnnumberedLine } from '../logs/log-line.ts';
import { createLogStore, type LogStore, type LogStoreBounds } from '../logs/log-store.ts';
import type { EventBody, SessionEvent } from '../session/events.ts';
import { RockpoolError } from '../session/failure.ts';
import type { Session } from '../session/kernel.ts';
import { plan } from '../session/plan.ts';
import type { Clock } from '../session/ports.ts';
import { reduce } from '../session/reduce.ts';
import { initialState, type SessionState } from '../session/state.ts';
import type { ControlClient } from './node-control-client.ts';

export interface AttachOptions {
  readonly client: ControlClient;
  readonly clock: Clock;
  readonly kept: LogStoreBounds;
  /** lines of container logs, as they come; nothing more is read until it resolves */
  onLines(lines: readonly UnnumberedLine[]): void | Promise<void>;
}

/** A session of another process, as if it were of this one. */
export interface AttachedSession {
  /**
   * Facts come from the other process. Of those that are dispatched here, a rebuild, a pause and its end are asked for
   * there; `session.stopping` ends what is seen here and leaves the session alone. Others are dropped.
   */
  readonly session: Session;
  readonly logs: LogStore;
  /** Takes what comes, until the session ends, has gone, or is left. Never rejects but for a bug. */
  run(): Promise<void>;
}

/** Lines of before that are shown. */
const BEFORE = 1000;

/** Joins a session: its state is here when this resolves. Rejects as ControlClient.call. */
export async function attachSession(options: AttachOptions, signal: AbortSignal): Promise<AttachedSession> {
  const { client, clock, kept, onLines } = options;
  const logs = createLogStore(kept);
  const left = new AbortController();
  const either = AbortSignal.any([signal, left.signal]);
  const listeners = new Set<Parameters<Session['subscribe']>[0]>();
  let state: SessionState = initialState;
  let seq = 0;

  const take = (event: SessionEvent): void => {
    const before = state;
    state = reduce(before, event);
    seq = event.seq;
    for (const listener of [...listeners]) listener(event, before, state);
  };
  const leave = (reason: string): void => {
    if (state.phase !== 'stopping') {
      take({ v: 1, seq: seq + 1, at: clock.now(), type: 'session.stopping', reason });
    }
    left.abort();
  };
  const opened = client.stream('attach', {}, either)[Symbol.asyncIterator]();
  const takeItems = async (items: AsyncIterator<unknown>): Promise<void> => {
    for (let next = await items.next(); !next.done; next = await items.next()) {
      const item = next.value as { snapshot: SessionState; seq: number } | SessionEvent;
      if ('snapshot' in item) {
        state = item.snapshot;
        seq = item.seq;
        return;
      }
      take(item);
      if (state.phase === 'stopping') return;
    }
  };
  const followEvents = async (items: AsyncIterator<unknown>): Promise<void> => {
    for (let current = items; ; current = client.stream('attach', {}, either)[Symbol.asyncIterator]()) {
      try {
        // Up to the snapshot, then until the session ends.
        if (current !== items) await takeItems(current);
        await takeItems(current);
        return;
      } catch (error) {
        // Too slow for all that happened: it is joined anew.
        if (codeOf(error) !== 'EVENTS_GONE') throw error;
      }
    }
  };
  const followLogs = async (): Promise<void> => {
    const { cursors } = await client.call('status', {}, either);
    const params = { after: Math.max(0, cursors.logs - BEFORE), follow: true };
    for await (const item of client.stream('logs', params, either)) {
      if ('dropped' in item) continue;
      const { seq: _, ...line } = item;
      logs.append([line as UnnumberedLine]);
      await onLines([line as UnnumberedLine]);
    }
  };

  await takeItems(opened);
  return {
    logs,
    session: {
      dispatch: (event) => ask(event, { client, leave, signal: either }),
      state: () => state,
      holds: () => plan(state).holds,
      subscribe: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      close: async (reason) => leave(reason),
    },
    run: async () => {
      const work = [followEvents(opened), followLogs()].map((part) => part.catch(expected));
      await work[0];
      leave('the session has ended');
      await Promise.all(work);
    },
  };
}

/** The session ended, or was left. */
function expected(error: unknown): void {
  if (error instanceof RockpoolError || (error as Error).name === 'AbortError') return;
  throw error;
}

function codeOf(error: unknown): string | undefined {
  return error instanceof RockpoolError ? error.failures[0]?.code : undefined;
}

interface Asking {
  readonly client: ControlClient;
  readonly signal: AbortSignal;
  leave(reason: string): void;
}

function ask(event: EventBody, { client, signal, leave }: Asking): void {
  const asked = (work: Promise<unknown>) => void work.catch(expected);
  if (event.type === 'session.stopping') leave(event.reason);
  else if (event.type === 'session.paused') asked(client.call('pause', {}, signal));
  else if (event.type === 'session.resumed') asked(client.call('resume', {}, signal));
  else if (event.type === 'rebuild.requested') {
    const { images, workloads } = event;
    if (images.length === 0 && !workloads) asked(client.call('trigger', {}, signal));
    // The images of a workload are meant with it.
    for (const name of workloads ?? images) asked(client.call('trigger', { name }, signal));
  }
}
