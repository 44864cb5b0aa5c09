import { createWriteStream, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { encodeEvent } from '../session/event-log.ts';
import type { SessionEvent } from '../session/events.ts';

/** Where a session's facts are kept. */
export interface EventLogFile {
  readonly path: string;
  write(event: SessionEvent): void;
  close(): Promise<void>;
}

/** A new event log at `.rockpool/events.jsonl`; the one of the session before becomes `events.1.jsonl`. */
export function openEventLog(folder: string): EventLogFile {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'events.jsonl');
  const before = join(folder, 'events.1.jsonl');
  rmSync(before, { force: true });
  try {
    renameSync(path, before);
  } catch {
    // the first session of this project
  }
  const stream = createWriteStream(path);
  let broken = false;
  stream.on('error', () => {
    broken = true;
  });
  return {
    path,
    write: (event) => void (broken || stream.write(`${encodeEvent(event)}\n`)),
    close: () => new Promise((resolve) => (broken ? resolve() : stream.end(() => resolve()))),
  };
}
