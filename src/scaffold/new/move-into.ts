import { constants } from 'node:fs';
import { copyFile, link, lstat, readdir, rename, rm, unlink } from 'node:fs/promises';
import { join, relative } from 'node:path';

/**
 * Moves what is in one folder into another that has files of its own, folders of the same name joined. Nothing is
 * overwritten: when something is in the way, or cannot be moved, all goes back. @param taken makes the error then
 */
export async function moveInto(from: string, to: string, taken: (path: string) => Error): Promise<void> {
  const moved: Move[] = [];
  try {
    await moveEntries(from, to, moved);
  } catch (error) {
    for (const move of moved.toReversed()) await rename(move.to, move.from);
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
async function moveEntries(from: string, to: string, moved: Move[]): Promise<void> {
  const entries = await readdir(from, { withFileTypes: true });
  const isLast = ({ name }: { name: string }) => Number(name === 'rockpool.yaml');
  for (const entry of entries.sort((a, b) => isLast(a) - isLast(b))) {
    const move = { from: join(from, entry.name), to: join(to, entry.name) };
    const there = await lstat(move.to).catch(() => undefined);
    if (there?.isDirectory() && entry.isDirectory()) {
      await moveEntries(move.from, move.to, moved);
      continue;
    }
    await (entry.isDirectory() ? moveFolder : moveFile)(move);
    moved.push(move);
  }
}

/** A rename takes the place of no folder that has files, and of no file. */
async function moveFolder({ from, to }: Move): Promise<void> {
  await rename(from, to);
}

/** A rename would overwrite; a link does not. Where links are not known, a copy does not either. */
async function moveFile({ from, to }: Move): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw error;
    await copyFile(from, to, constants.COPYFILE_EXCL).catch(async (reason: NodeJS.ErrnoException) => {
      if (reason.code !== 'EEXIST') await rm(to, { force: true });
      throw reason;
    });
  }
  await unlink(from);
}
