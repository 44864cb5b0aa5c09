import type { ImageConfig } from '../../runtime/runtime.ts';
import { canonicalName } from '../base/image-reference.ts';
import { makeBase } from '../base/make-base.ts';
import type { BuiltStage } from './build-stage.ts';
import { EMPTY_CONFIG, type StageConfig } from './configure.ts';
import type { StageScope } from './solve.ts';

/**
 * An image that a Dockerfile names: one of the store, else what this machine has for a public one. Rejects with a
 * SolveError when there is nothing for it.
 */
export async function loadBase(
  ref: string,
  line: number,
  { place, log }: StageScope,
  signal: AbortSignal,
): Promise<BuiltStage> {
  const args = new Map<string, string>();
  if (ref === 'scratch') {
    const layer = await place.layers.find('scratch');
    const none = async () => 0;
    const empty = layer ?? (await place.layers.make('scratch', undefined, 'link', none, signal));
    return { config: EMPTY_CONFIG, layer: empty, args, isImage: false };
  }
  return log.step(`[internal] load metadata for ${canonicalName(ref)}`, async (vertex) => {
    vertex.begin();
    const image = place.images.find(ref);
    if (image) {
      const layer = { key: image.id.replace('sha256:', ''), folder: image.folder, size: image.size };
      return { config: configOf(image), layer, args, isImage: true };
    }
    const base = await makeBase(ref, place, signal);
    if (base.warning !== undefined) {
      vertex.output('stderr', `rockpool: ${base.warning}\n`);
      vertex.warn(base.warning, line);
    }
    return { config: base.config, layer: base.layer, args, isImage: true };
  });
}

function configOf({
  env,
  entrypoint,
  cmd,
  workingDir,
  user,
  exposed,
  labels,
  stopSignal,
}: ImageConfig): StageConfig {
  const own = { env, entrypoint, cmd, workingDir, user, exposed, labels };
  return { ...EMPTY_CONFIG, ...own, ...(stopSignal === undefined ? {} : { stopSignal }) };
}
