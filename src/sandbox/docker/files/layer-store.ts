import { createHash, randomUUID } from 'node:crypto';
import {
  lstat,
  mkdir,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join, sep } from 'node:path';
import { copyTree, withinRoot } from './copy-tree.ts';

/** The files of an image after a step of its build. Nobody writes in them: they share content with other layers. */
export interface Layer {
  /** a hash of all that went in */
  readonly key: string;
  /** absolute: its `/` */
  readonly folder: string;
  /** bytes of its files */
  readonly size: number;
}

/** Layers by what went into them, and the folders of `RUN --mount=type=cache`. */
export interface LayerStore {
  find(key: string): Promise<Layer | undefined>;
  /**
   * A layer on top of another (none: an empty folder), as `work` leaves it. `how`: whether `work` adds and replaces files
   * only, and returns their bytes (`link`), or may write in them and make links to the folder itself (`copy`). What `work`
   * throws is passed on, and nothing stays.
   */
  make(
    key: string,
    parent: Layer | undefined,
    how: 'link' | 'copy',
    work: (folder: string) => Promise<number>,
    signal: AbortSignal,
  ): Promise<Layer>;
  /** The folder of a cache mount, made if missing. */
  cache(id: string): Promise<string>;
  /** A new, empty folder that is deleted with the next start, if not by who asked for it. */
  scratch(): Promise<string>;
  /** Deletes the layers that are in none of these folders, but for the last ones used. */
  prune(kept: ReadonlySet<string>): Promise<void>;
}

/** Layers beyond those of images that are kept for the next builds. */
const SPARE = 60;

/** Layers in the folder `dir`; what a build that was killed left there is deleted. */
export async function createLayerStore(dir: string): Promise<LayerStore> {
  const folders = { layers: join(dir, 'layers'), caches: join(dir, 'caches'), work: join(dir, 'work') };
  await rm(folders.work, { recursive: true, force: true });
  for (const folder of Object.values(folders)) await mkdir(folder, { recursive: true, mode: 0o700 });
  const scratch = async () => {
    const folder = join(folders.work, randomUUID().slice(0, 8));
    await mkdir(folder);
    return folder;
  };
  const find = (key: string) => findLayer(join(folders.layers, key), key);
  return {
    find,
    scratch,
    async make(key, parent, how, work, signal) {
      const place = await scratch();
      const folder = join(place, 'files');
      try {
        if (parent) await copyTree(parent.folder, folder, { how }, signal);
        else await mkdir(folder);
        const added = await work(folder);
        const size = how === 'link' ? (parent?.size ?? 0) + added : await settle(folder, folder);
        signal.throwIfAborted();
        await writeFile(join(place, 'size'), String(size));
        // Another build may have made the same meanwhile.
        await rename(place, join(folders.layers, key)).catch(() => {});
        const made = await find(key);
        if (!made) throw new Error(`the layer ${key} could not be kept in ${folders.layers}`);
        return made;
      } finally {
        await rm(place, { recursive: true, force: true });
      }
    },
    async cache(id) {
      const folder = join(folders.caches, createHash('sha256').update(id).digest('hex').slice(0, 16));
      await mkdir(folder, { recursive: true });
      return folder;
    },
    prune: (kept) => prune(folders.layers, kept),
  };
}

async function findLayer(place: string, key: string): Promise<Layer | undefined> {
  try {
    const size = Number(await readFile(join(place, 'size'), 'utf8'));
    const now = new Date();
    await utimes(place, now, now);
    return { key, folder: join(place, 'files'), size };
  } catch {
    return undefined;
  }
}

/** Makes links that name the folder itself relative, since the layer is going to be moved. @returns bytes of all files */
async function settle(folder: string, root: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true });
  const sizes = entries.map(async (entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return settle(path, root);
    if (entry.isSymbolicLink()) await settleLink(path, root);
    return entry.isFile() ? (await lstat(path)).size : 0;
  });
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

async function settleLink(path: string, root: string): Promise<void> {
  const target = await readlink(path);
  if (target !== root && !target.startsWith(root + sep)) return;
  await rm(path);
  await symlink(withinRoot(target.slice(root.length) || '/', path, root), path);
}

async function prune(layers: string, kept: ReadonlySet<string>): Promise<void> {
  const places = (await readdir(layers)).map((name) => join(layers, name));
  const spare = places.filter((place) => !kept.has(join(place, 'files')));
  const dated = await Promise.all(spare.map(async (place) => ({ place, at: (await lstat(place)).mtimeMs })));
  dated.sort((one, other) => other.at - one.at);
  for (const { place } of dated.slice(SPARE)) await rm(place, { recursive: true, force: true });
}
