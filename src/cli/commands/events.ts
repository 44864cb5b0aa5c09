import { join } from 'node:path';
import { logPath, readEventLog } from '../../control/read-event-log.ts';
import { RockpoolError } from '../../session/failure.ts';
import { askSession, projectFolder, type SessionOptions } from '../ask-session.ts';
import { parseCount } from '../parse-count.ts';
import { formatFailure } from '../report-error.ts';
import { untilInterrupted } from '../until-interrupted.ts';

export interface EventsOptions extends SessionOptions {
  readonly after?: string;
  readonly follow?: boolean;
}

/** `rockpool events`: facts of the session, one JSON line each; without one, of the last session from its log. */
export async function events(options: EventsOptions): Promise<number> {
  const after = parseCount(options.after, '--after');
  const follow = options.follow ?? false;
  const path = join(await projectFolder(options.file), logPath);
  try {
    return await askSession(options, async (client, signal) => {
      const { cursors } = await client.call('status', {}, signal);
      // What the session does not keep in memory any more is in its log.
      const seen =
        cursors.events - after > KEPT ? await printFile(path, after, cursors.events - KEPT) : after;
      for await (const event of client.stream('events', { after: seen, follow }, signal)) print(event);
      return 0;
    });
  } catch (error) {
    if (follow || !isNoSession(error)) throw error;
    await printFile(path, after, Number.POSITIVE_INFINITY);
    return 0;
  }
}

/** Facts that a session surely keeps. */
const KEPT = 2000;

/** @returns the number of the last one */
async function printFile(path: string, after: number, until: number): Promise<number> {
  const { signal } = untilInterrupted();
  let last = after;
  for await (const line of readEventLog(path)) {
    signal.throwIfAborted();
    if ('failure' in line) {
      console.error(formatFailure(line.failure, 'warning'));
      continue;
    }
    const { seq } = line.event;
    if (seq <= after || seq > until) continue;
    print(line.event);
    last = seq;
  }
  return last;
}

function print(event: unknown): void {
  process.stdout.write(`${JSON.stringify(event)}\n`);
}

function isNoSession(error: unknown): boolean {
  return error instanceof RockpoolError && error.failures[0]?.code === 'NO_SESSION';
}
