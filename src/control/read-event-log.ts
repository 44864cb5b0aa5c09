import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { decodeEvent } from '../session/event-log.ts';
import type { SessionEvent } from '../session/events.ts';
import { type Failure, RockpoolError } from '../session/failure.ts';

/** The log of the newest session, from the project's folder. */
export const logPath = join('.rockpool', 'events.jsonl');

export type LogEntry = { readonly event: SessionEvent } | { readonly failure: Failure };

/**
 * The facts of an event log, each checked: what is damaged, or missing before it, comes as a failure with its line.
 * Rejects with a RockpoolError of code EVENTS_UNREADABLE when there is no such file.
 */
export async function* readEventLog(path: string): AsyncGenerator<LogEntry> {
  const input = createReadStream(path, 'utf8');
  let line = 0;
  let seq = 0;
  try {
    for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      line += 1;
      if (text.trim() === '') continue;
      const entry = decode(text, path, line);
      if ('event' in entry) {
        if (entry.event.seq !== seq + 1) yield { failure: gap(path, line, seq, entry.event.seq) };
        seq = entry.event.seq;
      }
      yield entry;
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new RockpoolError(
      {
        code: 'EVENTS_UNREADABLE',
        subject: path,
        message: `The event log cannot be read: ${why}.`,
        hint: 'A session writes .rockpool/events.jsonl in its project; that of the one before is events.1.jsonl.',
      },
      { cause: error },
    );
  } finally {
    input.destroy();
  }
}

function decode(text: string, path: string, line: number): LogEntry {
  try {
    return { event: decodeEvent(text) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { failure: damaged(path, line, why) };
  }
}

function damaged(path: string, line: number, why: string): Failure {
  return {
    code: 'EVENTS_DAMAGED',
    subject: path,
    message: `This line is no event: ${why}.`,
    hint: 'The last line of a session that was killed may be cut off. Facts after it may not fit together.',
    at: { file: path, line },
  };
}

function gap(path: string, line: number, before: number, next: number): Failure {
  const missing =
    next > before + 1 ? `events ${before + 1} to ${next - 1} are missing` : 'the numbers go back';
  return {
    code: 'EVENTS_DAMAGED',
    subject: path,
    message: `After event ${before} comes event ${next}: ${missing}.`,
    at: { file: path, line },
  };
}
