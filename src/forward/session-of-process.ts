import { execFile } from 'node:child_process';
import { readlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { findConfig } from '../config/find-config.ts';
import { readSessionFile } from '../control/session-file.ts';

/**
 * The folder of the project whose session a process is, by the session file there; undefined for every other process, and where
 * it cannot be told (a session that was started outside of its project).
 */
export async function sessionOfProcess(pid: number): Promise<string | undefined> {
  try {
    const folder = await workingFolder(pid);
    const config = await findConfig(folder);
    const root = config === undefined ? folder : dirname(config);
    return (await readSessionFile(root))?.pid === pid ? root : undefined;
  } catch {
    return undefined;
  }
}

async function workingFolder(pid: number): Promise<string> {
  if (process.platform === 'linux') return readlink(`/proc/${pid}/cwd`);
  const { stdout } = await promisify(execFile)('lsof', ['-a', '-p', String(pid), '-d', 'cwd', '-Fn']);
  return /^n(.+)$/m.exec(stdout)?.[1] ?? '';
}
