import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** The folder of the git repository (or worktree, or submodule) that a folder lies in; undefined outside of any. */
export async function findRepository(from: string): Promise<string | undefined> {
  for (let folder = from; ; folder = dirname(folder)) {
    if (await isRepository(join(folder, '.git'))) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}

/** A folder without HEAD is none to git either. */
async function isRepository(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isDirectory()) return found?.isFile() ?? false;
  return (await stat(join(path, 'HEAD')).catch(() => undefined)) !== undefined;
}
