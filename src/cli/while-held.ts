import { type EnterOptions, enterSession } from './enter-session.ts';

/**
 * Does something to an app while no session works on it. @returns the exit code: 0, or that of a person who did not want
 * to end the session. Rejects as enterSession and the work do.
 */
export async function whileHeld(options: EnterOptions, work: () => Promise<void>): Promise<number> {
  const entered = await enterSession(options);
  if ('exitCode' in entered) return entered.exitCode;
  try {
    await work();
    return 0;
  } finally {
    await entered.lease.release();
  }
}
