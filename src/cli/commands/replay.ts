import { join } from 'node:path';
import { logPath, readEventLog } from '../../control/read-event-log.ts';
import { statusOf } from '../../control/status.ts';
import { statusText } from '../../control/status-text.ts';
import { plan } from '../../session/plan.ts';
import { reduce } from '../../session/reduce.ts';
import { initialState } from '../../session/state.ts';
import { projectFolder } from '../ask-session.ts';
import { parseCount } from '../parse-count.ts';
import { formatFailure } from '../report-error.ts';
import { untilInterrupted } from '../until-interrupted.ts';
import type { OutputOptions } from './status.ts';

export interface ReplayOptions extends OutputOptions {
  readonly at?: string;
}

/**
 * `rockpool replay`: the state that an event log leads to. Nothing is run. 1 when lines of it are damaged or missing:
 * it is replayed as far as it goes, and each is told.
 */
export async function replay(file: string | undefined, options: ReplayOptions): Promise<number> {
  const { signal } = untilInterrupted();
  const path = file ?? join(await projectFolder(options.file), logPath);
  const last = options.at === undefined ? Number.POSITIVE_INFINITY : parseCount(options.at, '--at');
  let state = initialState;
  let seq = 0;
  let at = 0;
  let damaged = 0;
  for await (const entry of readEventLog(path)) {
    signal.throwIfAborted();
    if ('failure' in entry) {
      damaged += 1;
      console.error(formatFailure(entry.failure));
      continue;
    }
    if (entry.event.seq > last) break;
    state = reduce(state, entry.event);
    ({ seq, at } = entry.event);
  }
  const { holds } = plan(state);
  if (options.output === 'json') console.log(JSON.stringify({ seq, state, holds }, undefined, 2));
  else console.log(`after event ${seq}\n${statusText(statusOf(state, holds, { events: seq, logs: 0 }, at))}`);
  return damaged > 0 ? 1 : 0;
}
