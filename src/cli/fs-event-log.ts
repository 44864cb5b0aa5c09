import { createWriteStream, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { encodeEvent } from '../session/event-log.ts';
import type { SessionEvent } from '../session/events.ts';

/** Where a session's facts are kept. */
export interface EventLogFile {
  write(event: SessionEvent): void;
  close(): Promise<void>;
}

/** Bytes that a log may have: what comes later is left out, so that what is there can be replayed. */
const LARGEST = 128 << 20;

/**
 * A new event log at `.rockpool/events.jsonl`, for its owner's eyes; the one of the session before becomes
 * `events.1.jsonl`. Throws when the folder cannot be written; what fails later only ends the log.
 * @param name another one than `events` beside a session that writes that
 */
export function openEventLog(folder: string, name = 'events'): EventLogFile {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}.jsonl`);
  const before = join(folder, `${name}.1.jsonl`);
  rmSync(before, { force: true });
  try {
    renameSync(path, before);
  } catch {
    // the first session of this project
  }
  const stream = createWriteStream(path, { mode: 0o600 });
  let broken = false;
  let written = 0;
  stream.on('error', () => {
    broken = true;
  });
  return {
    write: (event) => {
      const line = `${encodeEvent(event)}\n`;
      written += line.length;
      if (!broken && written <= LARGEST) stream.write(line);
    },
    close: () => new Promise((resolve) => (broken ? resolve() : stream.end(() => resolve()))),
  };
}
