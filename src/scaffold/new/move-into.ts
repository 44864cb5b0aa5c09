import { constants } from 'node:fs';
import { copyFile, link, lstat, readdir, rename, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';

/**
 * Moves what is in a folder that is deleted afterwards into one that has files of its own, folders of the same name joined.
 * Nothing is overwritten: when something is in the way, or cannot be moved, all goes back.
 * @param taken makes the error for what is in the way
 */
export async function moveInto(from: string, to: string, taken: (path: string) => Error): Promise<void> {
  const undo: (() => Promise<void>)[] = [];
  try {
    await moveEntries(from, to, undo);
  } catch (error) {
    for (const each of undo.toReversed()) await each().catch(() => undefined);
    const { code, dest } = error as NodeJS.ErrnoException & { dest?: string };
    const isTaken = ['EEXIST', 'ENOTEMPTY', 'ENOTDIR'].includes(code ?? '') && dest !== undefined;
    throw isTaken ? taken(relative(to, dest)) : error;
  }
}

interface Move {
  readonly from: string;
  readonly to: string;
}

/** rockpool.yaml comes last: what has it is whole. */
async function moveEntries(from: string, to: string, undo: (() => Promise<void>)[]): Promise<void> {
  const entries = await readdir(from, { withFileTypes: true });
  const isLast = ({ name }: { name: string }) => Number(name === 'rockpool.yaml');
  for (const entry of entries.sort((a, b) => isLast(a) - isLast(b))) {
    const move = { from: join(from, entry.name), to: join(to, entry.name) };
    const there = await lstat(move.to).catch(() => undefined);
    if (there?.isDirectory() && entry.isDirectory()) await moveEntries(move.from, move.to, undo);
    else undo.push(await (entry.isDirectory() ? moveFolder : linkFile)(move));
  }
}

/** A rename takes the place of no folder that has files, and of no file. */
async function moveFolder({ from, to }: Move): Promise<() => Promise<void>> {
  await rename(from, to);
  return () => rename(to, from);
}

/** A rename would overwrite; a link does not. Where links are not known, a copy does not either. */
async function linkFile({ from, to }: Move): Promise<() => Promise<void>> {
  await link(from, to).catch((error: NodeJS.ErrnoException) => {
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EXDEV'].includes(error.code ?? '')) throw error;
    return copyFile(from, to, constants.COPYFILE_EXCL);
  });
  return () => rm(to, { force: true });
}
