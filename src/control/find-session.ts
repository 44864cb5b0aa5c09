import { dirname } from 'node:path';
import { RockpoolError } from '../session/failure.ts';
import { type ControlClient, connectNodeControl } from './node-control-client.ts';
import { isAlive, readSessionFile, type SessionFile } from './session-file.ts';

/** The session of a project, asked through its socket. */
export interface FoundSession {
  readonly file: SessionFile;
  readonly client: ControlClient;
}

/**
 * Connects to the session that runs in a folder or the nearest one above it that has had one. Rejects with a
 * RockpoolError: NO_SESSION; CONTROL_UNAVAILABLE when one runs and does not answer.
 */
export async function findSession(folder: string): Promise<FoundSession> {
  const file = await nearestFile(folder);
  if (file === undefined) throw noSession('No session runs here.');
  try {
    return { file, client: await connectNodeControl(file.socket) };
  } catch (error) {
    if (!(await isAlive(file)))
      throw noSession(`No session runs here: that of process ${file.pid} has ended.`);
    const why = error instanceof Error ? error.message : String(error);
    throw new RockpoolError({
      code: 'CONTROL_UNAVAILABLE',
      subject: 'session',
      message: `The session (process ${file.pid}) does not answer: ${why}.`,
      hint: `It may belong to another user, or be starting or ending. Its socket is ${file.socket}.`,
    });
  }
}

/** The session that listens at an address. Rejects with a RockpoolError of code NO_SESSION when none does. */
export async function findSessionAt(address: string): Promise<ControlClient> {
  try {
    return await connectNodeControl(address);
  } catch {
    throw noSession(`No session answers at ${address}.`);
  }
}

async function nearestFile(folder: string): Promise<SessionFile | undefined> {
  const file = await readSessionFile(folder);
  const above = dirname(folder);
  return file ?? (above === folder ? undefined : nearestFile(above));
}

/** What is said when there is nobody to ask. */
export function noSession(message: string): RockpoolError {
  return new RockpoolError({
    code: 'NO_SESSION',
    subject: 'session',
    message,
    hint: 'Start one with `rockpool up` in the folder of the project.',
  });
}
