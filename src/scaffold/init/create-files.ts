import { randomBytes } from 'node:crypto';
import { constants, copyFile, link, mkdir, rm, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { RockpoolError } from '../../session/failure.ts';

export interface NewFile {
  /** relative to the project */
  readonly path: string;
  readonly content: string;
}

/**
 * Makes files, each at once with all of its content, and runs `check` when all are there. Files that exist are never
 * overwritten: rejects with a RockpoolError of code FILE_EXISTS, or FILE_NOT_WRITTEN. When anything fails, or `check`
 * does, what was made is taken away again, folders too.
 */
export async function createFiles<T>(
  root: string,
  files: readonly NewFile[],
  check: () => Promise<T>,
): Promise<T> {
  const undo: (() => Promise<unknown>)[] = [];
  try {
    for (const file of files) await create(root, file, undo);
    return await check();
  } catch (error) {
    for (const step of undo.reverse()) await step().catch(() => undefined);
    throw error;
  }
}

async function create(
  root: string,
  { path, content }: NewFile,
  undo: (() => Promise<unknown>)[],
): Promise<void> {
  const file = join(root, path);
  try {
    const first = await mkdir(dirname(file), { recursive: true });
    if (first !== undefined) undo.push(() => removeFolders(dirname(file), first));
    await createWhole(file, content);
    undo.push(() => rm(file, { force: true }));
  } catch (error) {
    throw toFailure(error as NodeJS.ErrnoException, path);
  }
}

/** A link is made at once and never over a file; where there are no links a copy is made that is never over a file. */
async function createWhole(file: string, content: string): Promise<void> {
  const whole = `${file}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    await writeFile(whole, content, { flag: 'wx' });
    await link(whole, file).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') throw error;
      return copyFile(whole, file, constants.COPYFILE_EXCL);
    });
  } finally {
    await rm(whole, { force: true });
  }
}

/** From the innermost to the first that was made, as far as they are empty. */
async function removeFolders(innermost: string, first: string): Promise<void> {
  for (let folder = innermost; ; folder = dirname(folder)) {
    await rmdir(folder);
    if (folder === first) return;
  }
}

function toFailure({ code, message }: NodeJS.ErrnoException, path: string): RockpoolError {
  if (code === 'EEXIST') {
    return new RockpoolError({
      code: 'FILE_EXISTS',
      subject: `file/${path}`,
      message: `${path} is there already and is left as it is; nothing was written`,
      hint: 'move it away, or write rockpool.yaml by hand (docs/configuration.md)',
    });
  }
  return new RockpoolError({
    code: 'FILE_NOT_WRITTEN',
    subject: `file/${path}`,
    message: `${path} cannot be written: ${message}`,
  });
}
