import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { RockpoolError } from '../session/failure.ts';

const NAMES = ['rockpool.yaml', 'rockpool.yml'];

/**
 * The absolute path of rockpool.yaml: the file or folder named, else the nearest one from `cwd` upwards; undefined
 * when there is none. Rejects with a RockpoolError of code CONFIG_NOT_FOUND when a named one is not there.
 */
export async function findConfig(cwd: string, named?: string): Promise<string | undefined> {
  if (named !== undefined) {
    const path = resolve(cwd, named);
    const file = (await isFile(path)) ? path : await findIn(path);
    if (file !== undefined) return file;
    throw new RockpoolError(
      {
        code: 'CONFIG_NOT_FOUND',
        subject: 'config',
        message: `there is no ${named}`,
        hint: '--file names a rockpool.yaml or its folder',
      },
      { exitCode: 2 },
    );
  }
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    const file = await findIn(folder);
    if (file !== undefined) return file;
    if (folder === dirname(folder)) return undefined;
  }
}

async function findIn(folder: string): Promise<string | undefined> {
  for (const name of NAMES) {
    const file = join(folder, name);
    if (await isFile(file)) return file;
  }
  return undefined;
}

async function isFile(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() ?? false;
}
