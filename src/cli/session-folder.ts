import { join } from 'node:path';
import { writeSchemaFile } from '../config/schema-file.ts';
import { isAlive, readSessionFile } from '../control/session-file.ts';
import type { Failure } from '../session/failure.ts';
import { type EventLogFile, openEventLog } from './fs-event-log.ts';

/** What a session keeps in the project. It goes on without when the folder cannot be written. */
export async function openSessionFolder(
  root: string,
  namespace: string,
): Promise<{ eventLog?: EventLogFile; warnings: readonly Failure[] }> {
  try {
    await writeSchemaFile(root);
    const first = await readSessionFile(root);
    // A second session of the folder, in another namespace, leaves the log of the first alone.
    const name = first && (await isAlive(first)) ? `events-${namespace}` : 'events';
    return { eventLog: openEventLog(join(root, '.rockpool'), name), warnings: [] };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const message = `.rockpool cannot be written (${why}): this session keeps no event log.`;
    const hint =
      "everything else works; to have the log, make the project's folder writable for you and start again";
    return { warnings: [{ code: 'FOLDER_UNWRITABLE', subject: 'session', message, hint }] };
  }
}
