import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ImageConfig, ImageStore } from '../../runtime/runtime.ts';
import type { StageConfig } from '../build/configure.ts';
import type { Layer, LayerStore } from '../files/layer-store.ts';
import { findBase } from './find-base.ts';
import type { MachineTools } from './machine-tools.ts';

/** A public image with its files. */
export interface MadeBase {
  readonly id: string;
  readonly config: StageConfig;
  readonly layer: Layer;
  /** what differs from the real one, in a sentence */
  readonly warning?: string;
}

/** The label of public images in the store. */
const STANDS_FOR = 'rockpool.dev/stands-for';

/** What this machine has for a public image. Rejects with a SolveError that says why there is nothing for it. */
export async function makeBase(
  ref: string,
  { tools, layers }: { readonly tools: MachineTools; readonly layers: LayerStore },
  signal: AbortSignal,
): Promise<MadeBase> {
  const { id, config, folders, scripts, warning } = await findBase(ref, tools, signal);
  const write = async (folder: string) => {
    for (const path of folders) await mkdir(join(folder, path), { recursive: true });
    for (const [path, text] of scripts) await writeScript(join(folder, path), text);
    return 0;
  };
  const key = id.replace('sha256:', '');
  const layer = (await layers.find(key)) ?? (await layers.make(key, undefined, 'link', write, signal));
  return { id, config, layer, ...(warning === undefined ? {} : { warning }) };
}

/** Puts a public image into the store, for pods that name it. Rejects as `makeBase` does. */
export async function pullBase(
  ref: string,
  place: {
    readonly images: ImageStore;
    readonly tools: MachineTools;
    readonly layers: LayerStore;
    now(): number;
  },
  signal: AbortSignal,
): Promise<ImageConfig> {
  const { id, config, layer } = await makeBase(ref, place, signal);
  const { env, entrypoint, cmd, workingDir, user, exposed } = config;
  const labels = { [STANDS_FOR]: 'programs of this machine' };
  const own = { env, entrypoint, cmd, workingDir, user, exposed, labels };
  const image = { ...own, id, refs: [ref], folder: layer.folder, size: layer.size, createdAt: place.now() };
  place.images.add(image);
  return place.images.find(ref) ?? image;
}

/** Takes all public images out of the store: the programs of this machine may be others than when they were put there. */
export function forgetBases(images: ImageStore): void {
  for (const { id, labels } of images.list()) if (labels[STANDS_FOR] !== undefined) images.remove(id);
}

async function writeScript(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
  await chmod(path, 0o755);
}
