import { dirname } from 'node:path';
import { findConfig } from '../config/find-config.ts';
import { findSession } from '../control/find-session.ts';
import type { ControlClient } from '../control/node-control-client.ts';
import { untilInterrupted } from './until-interrupted.ts';

export interface SessionOptions {
  /** the configuration whose session is meant */
  readonly file?: string;
}

/**
 * Asks the session of the project that a command line means, and returns the exit code of the work. Rejects with
 * NO_SESSION when none runs.
 */
export async function askSession(
  { file }: SessionOptions,
  work: (client: ControlClient, signal: AbortSignal) => Promise<number>,
): Promise<number> {
  const interruption = untilInterrupted();
  const { client } = await findSession(await projectFolder(file));
  try {
    return await work(client, interruption.signal);
  } catch (error) {
    if (interruption.signal.aborted) return interruption.exitCode();
    throw error;
  } finally {
    client.close();
  }
}

/** The folder of rockpool.yaml; without one, where the command was given. */
export async function projectFolder(file: string | undefined): Promise<string> {
  const path = await findConfig(process.cwd(), file);
  return path === undefined ? process.cwd() : dirname(path);
}
