import { constants } from 'node:fs';
import { cp, lstat, mkdir, rm, symlink } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { type ImageConfig, type MountedFolder, StartError } from './runtime.ts';

/**
 * Makes a container's folder: a copy of its image's (by reference where the file system can), with a link to a volume at
 * each place where one is mounted. Rejects with a StartError for a mount that cannot be there.
 */
export async function makeContainerFolder(
  root: string,
  { image, mounts, workingDir }: { image: ImageConfig; mounts: readonly MountedFolder[]; workingDir: string },
  signal: AbortSignal,
): Promise<void> {
  await cp(image.folder, root, {
    recursive: true,
    mode: constants.COPYFILE_FICLONE,
    verbatimSymlinks: true,
    filter: () => !signal.aborted,
  });
  signal.throwIfAborted();
  for (const folder of ['root', 'tmp', workingDir]) await mkdir(join(root, folder), { recursive: true });
  const outerFirst = mounts.toSorted((a, b) => a.mountPath.length - b.mountPath.length);
  for (const mount of outerFirst) await link(root, mount);
}

/** What the image has at that place is hidden by a mount; this is the container's own copy, so it may go. */
async function link(root: string, { folder, mountPath }: MountedFolder): Promise<void> {
  const place = normalize(join(root, mountPath));
  if (!place.startsWith(`${root}/`))
    throw new StartError(`the sandbox cannot mount a volume at ${mountPath}: only below /`);
  if (await isWithinMount(root, place))
    throw new StartError(`the sandbox cannot mount a volume at ${mountPath}, within another volume`);
  await rm(place, { recursive: true, force: true });
  await mkdir(dirname(place), { recursive: true });
  await symlink(folder, place);
}

/** A volume's own files are never touched. */
async function isWithinMount(root: string, place: string): Promise<boolean> {
  for (let folder = dirname(place); folder.length > root.length; folder = dirname(folder)) {
    const found = await lstat(folder).catch(() => undefined);
    if (found?.isSymbolicLink()) return true;
  }
  return false;
}
