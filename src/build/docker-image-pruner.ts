import { RockpoolError } from '../session/failure.ts';
import type { Clock, ImagePruner, PruneRequest } from '../session/ports.ts';
import { choosePrunable } from './choose-prunable.ts';
import type { DockerDaemon } from './docker-daemon.ts';
import { IMAGE_LABELS } from './image-labels.ts';

export interface DockerImagePrunerOptions {
  readonly daemon: DockerDaemon;
  /** the project */
  readonly app: string;
  /** Every image that anything in the cluster names. undefined: not all of them may be seen. */
  usedImages(signal: AbortSignal): Promise<ReadonlySet<string> | undefined>;
  readonly clock: Clock;
}

/** ms of quiet before the cluster and the daemon are asked: what was just applied has the machine for itself. */
const QUIET = 5000;

/** Takes tags away one by one, never by force and never by a prune call of the daemon. */
export function createDockerImagePruner(options: DockerImagePrunerOptions): ImagePruner {
  return {
    async prune(request, emit, signal) {
      await options.clock.sleep(QUIET, signal);
      const { refs, bytes } = await pruneNow(options, request, signal);
      emit({ type: 'images.pruned', generation: request.generation, refs, bytes });
    },
  };
}

async function pruneNow(
  { daemon, app, usedImages }: DockerImagePrunerOptions,
  { keep, recent }: PruneRequest,
  signal: AbortSignal,
): Promise<{ refs: string[]; bytes: number }> {
  const refs: string[] = [];
  let bytes = 0;
  try {
    // The daemon first: what another session builds and applies from now on is not on the list.
    const images = await daemon.images(`${IMAGE_LABELS.app}=${app}`, signal);
    const used = await usedImages(signal);
    const prunable = used ? choosePrunable(images, { app, used: [...used, ...keep], recent }) : [];
    for (const image of prunable) {
      let isDeleted = false;
      for (const ref of image.refs) {
        const outcome = await daemon.untag(ref, signal);
        if (outcome === 'deleted' || outcome === 'untagged') refs.push(ref);
        isDeleted ||= outcome === 'deleted';
      }
      if (isDeleted) bytes += image.bytes;
    }
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof RockpoolError)) throw error;
  }
  return { refs, bytes };
}
