import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findConfig } from '../config/find-config.ts';
import { findSession } from '../control/find-session.ts';
import type { ControlClient } from '../control/node-control-client.ts';
import { RockpoolError } from '../session/failure.ts';
import { untilInterrupted } from './until-interrupted.ts';

export interface SessionOptions {
  /** the configuration whose session is meant */
  readonly file?: string;
  /** ms in which a session may come up; default: none */
  readonly startTimeoutMs?: number;
}

/**
 * Asks the session of the project that a command line means, and returns the exit code of the work. Rejects with
 * NO_SESSION when none runs.
 */
export async function askSession(
  { file, startTimeoutMs = 0 }: SessionOptions,
  work: (client: ControlClient, signal: AbortSignal) => Promise<number>,
): Promise<number> {
  const interruption = untilInterrupted();
  const { signal } = interruption;
  const client = await sessionOf(await projectFolder(file), startTimeoutMs, signal).catch(
    (error: unknown) => {
      if (signal.aborted) return undefined;
      throw error;
    },
  );
  if (!client) return interruption.exitCode();
  try {
    return await work(client, signal);
  } catch (error) {
    if (signal.aborted) return interruption.exitCode();
    throw error;
  } finally {
    client.close();
  }
}

/** ms between two looks for a session that comes up */
const AGAIN = 100;

/** The session of a folder, which may still be starting. Rejects as findSession when the time is up. */
async function sessionOf(folder: string, withinMs: number, signal: AbortSignal): Promise<ControlClient> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    try {
      return (await findSession(folder)).client;
    } catch (error) {
      if (!(error instanceof RockpoolError) || performance.now() >= deadline) throw error;
    }
    await sleep(AGAIN, undefined, { signal });
  }
}

/** The folder of rockpool.yaml; without one, where the command was given. */
export async function projectFolder(file: string | undefined): Promise<string> {
  const path = await findConfig(process.cwd(), file);
  return path === undefined ? process.cwd() : dirname(path);
}
