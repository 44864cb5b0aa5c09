import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Does work in a new folder that is deleted afterwards, however this process ends: a shell beside it waits for its end,
 * also for that by kill -9, and deletes what is left then.
 */
export async function inTemporaryFolder<T>(prefix: string, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(await realpath(tmpdir()), prefix));
  const watchman = watchOver(folder);
  const atOnce = (): void => rmSync(folder, REMOVAL);
  process.once('exit', atOnce);
  try {
    return await work(folder);
  } finally {
    await rm(folder, REMOVAL);
    process.off('exit', atOnce);
    await watchman.end();
  }
}

/** Programs that are ending may still write. */
const REMOVAL = { recursive: true, force: true, maxRetries: 10, retryDelay: 100 } as const;

/**
 * In a session of its own, so that no Ctrl-C reaches it. It deletes more than once, because programs that end with this
 * process may still write.
 */
const SCRIPT = 'read _; for _ in 1 2 3 4 5; do rm -rf -- "$0" && exit; sleep 1; done';

function watchOver(folder: string): { end(): Promise<void> } {
  const child = spawn('/bin/sh', ['-c', SCRIPT, folder], {
    ...{ cwd: '/', detached: true, stdio: ['pipe', 'ignore', 'ignore'] },
  });
  // Without a shell the other ways remain.
  const ended = once(child, 'exit').catch(() => undefined);
  child.stdin?.on('error', () => undefined);
  child.unref();
  const end = async (): Promise<void> => {
    child.ref();
    child.stdin?.end();
    await ended;
  };
  return { end };
}
