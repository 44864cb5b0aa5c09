import { constants, type Stats } from 'node:fs';
import {
  chmod,
  copyFile,
  link,
  lstat,
  lutimes,
  mkdir,
  readdir,
  readlink,
  rm,
  symlink,
} from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';

export interface CopyOptions {
  /**
   * `link`: files are shared (nobody may write in them afterwards), `copy`: files are copied, by the file system's own
   * means where it has them
   */
  readonly how: 'link' | 'copy';
  /** of files and folders that are written; default: their own */
  readonly mode?: number;
  /** absolute links are made relative to this folder, so that they stay within the image; default: links stay as they are */
  readonly root?: string;
}

/**
 * Copies a file, link or folder to a path. A folder is laid over one that is there; a file that is there is replaced,
 * never written in, since it may be shared. An abort stops it between two files.
 * @returns bytes that were copied: files that are shared are none
 */
export async function copyTree(
  from: string,
  to: string,
  options: CopyOptions,
  signal: AbortSignal,
): Promise<number> {
  const stats = await lstat(from);
  if (stats.isDirectory()) return copyFolder(from, to, stats, options, signal);
  if (stats.isSymbolicLink()) await copyLink(from, to, options);
  else if (stats.isFile() && isShared(options)) await share(from, to);
  else if (stats.isFile()) return copyOneFile(from, to, stats, options);
  return 0;
}

function isShared({ how, mode }: CopyOptions): boolean {
  return how === 'link' && mode === undefined;
}

async function copyFolder(
  from: string,
  to: string,
  stats: Stats,
  options: CopyOptions,
  signal: AbortSignal,
): Promise<number> {
  signal.throwIfAborted();
  const there = await lstat(to).catch(() => undefined);
  if (there && !there.isDirectory()) await rm(to);
  if (!there?.isDirectory()) await mkdir(to);
  const entries = await readdir(from, { withFileTypes: true });
  const bytes = entries.map(async (entry) => {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    // Most of an image are such files: they take one call each.
    if (!entry.isFile() || !isShared(options)) return copyTree(source, target, options, signal);
    await share(source, target);
    return 0;
  });
  const sum = (await Promise.all(bytes)).reduce((total, one) => total + one, 0);
  // Last: a folder that may not be written in is filled all the same. Its owner must be able to delete it.
  await chmod(to, (options.mode ?? stats.mode) | 0o700);
  return sum;
}

async function copyLink(from: string, to: string, { root }: CopyOptions): Promise<void> {
  const target = await readlink(from);
  await rm(to, { recursive: true, force: true });
  await symlink(root !== undefined && target.startsWith('/') ? withinRoot(target, to, root) : target, to);
}

/** Where a link at `at` must point to mean `target` of the image whose `/` is `root`. */
export function withinRoot(target: string, at: string, root: string): string {
  return relative(dirname(at), join(root, target)) || '.';
}

async function share(from: string, to: string): Promise<void> {
  await link(from, to).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
    await rm(to, { recursive: true });
    await link(from, to);
  });
}

async function copyOneFile(from: string, to: string, stats: Stats, { mode }: CopyOptions): Promise<number> {
  await rm(to, { recursive: true, force: true });
  await copyFile(from, to, constants.COPYFILE_FICLONE);
  await lutimes(to, stats.atime, stats.mtime);
  await chmod(to, mode ?? stats.mode);
  return stats.size;
}
