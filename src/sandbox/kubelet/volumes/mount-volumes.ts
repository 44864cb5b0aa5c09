import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { MountedFolder } from '../../runtime/runtime.ts';
import type { Container, Volume } from '../objects.ts';
import { MountError, type VolumeFile, type VolumeSources, volumeFiles } from './volume-files.ts';

export interface ClaimFolders {
  /** The folder of a PersistentVolumeClaim; undefined while it is not bound, or not there. */
  claimFolder(name: string): string | undefined;
}

/**
 * Makes the folders of a pod's volumes below `dir`, or brings their files up to date. Rejects with a MountError.
 * @returns where each of them is
 */
export async function mountVolume(
  dir: string,
  volume: Volume,
  sources: VolumeSources & ClaimFolders,
): Promise<string> {
  const claim = volume.persistentVolumeClaim?.claimName;
  if (claim !== undefined) {
    const folder = sources.claimFolder(claim);
    if (folder === undefined) throw new MountError(`persistentvolumeclaim "${claim}" is not bound`);
    await mkdir(folder, { recursive: true });
    return folder;
  }
  const folder = join(dir, volume.name);
  const files = volumeFiles(volume, sources);
  if (!files && !volume.emptyDir) {
    const type = Object.keys(volume).find((key) => key !== 'name') ?? 'this volume';
    const why = type === 'hostPath' ? ': a container would get a folder of yours' : '';
    throw new MountError(`the sandbox does not mount ${type}${why}`);
  }
  await mkdir(folder, { recursive: true });
  for (const file of files ?? []) await writeVolumeFile(folder, file);
  return folder;
}

/** A reader sees the old text or the new one. */
async function writeVolumeFile(folder: string, { path, bytes, mode }: VolumeFile): Promise<void> {
  const place = join(folder, path);
  const known = await readFile(place).catch(() => undefined);
  if (known?.equals(bytes)) return;
  await mkdir(dirname(place), { recursive: true });
  const fresh = `${place}.rockpool-new`;
  await rm(fresh, { force: true });
  await writeFile(fresh, bytes);
  await chmod(fresh, mode | 0o400);
  await rename(fresh, place);
}

/**
 * Where a container's volumes are mounted: in the manifest's order, `subPath` applied.
 * @param folders of the pod's volumes, by name
 */
export async function mountsOf(
  container: Container,
  folders: ReadonlyMap<string, string>,
): Promise<readonly MountedFolder[]> {
  const mounts: MountedFolder[] = [];
  for (const { name, mountPath, subPath, readOnly = false } of container.volumeMounts ?? []) {
    const volume = folders.get(name);
    if (volume === undefined) throw new MountError(`there is no volume ${name}`);
    if (subPath?.split('/').includes('..')) throw new MountError(`subPath ${subPath} must not contain '..'`);
    const folder = subPath ? join(volume, subPath) : volume;
    if (!existsSync(folder)) await mkdir(folder, { recursive: true });
    mounts.push({ folder, mountPath, readOnly });
  }
  return mounts;
}
