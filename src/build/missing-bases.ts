import type { BuildRequest, Clock, Emit } from '../session/ports.ts';
import type { DockerDaemon } from './docker-daemon.ts';

/** Looks whether the images of the project that a build needs are still in the daemon. */
export type TellMissingBases = (request: BuildRequest, emit: Emit, signal: AbortSignal) => Promise<void>;

/** ms in which a base that is missing is told once: were it missed for ever, nothing would ever be built. */
const AGAIN = 60_000;

/**
 * Emits `image.gone` for each that is not, since somebody deleted it: a session builds it first then, and takes this
 * build out of its plan. Throws the signal's reason when it did, else the build may go on and fail by itself.
 */
export function createMissingBases({
  daemon,
  clock,
}: {
  daemon: Pick<DockerDaemon, 'imageId'>;
  clock: Pick<Clock, 'now'>;
}): TellMissingBases {
  const told = new Map<string, number>();
  return async ({ refs }, emit, signal) => {
    const now = clock.now();
    for (const [ref, at] of told) if (now - at >= AGAIN) told.delete(ref);
    for (const [image, ref] of Object.entries(refs)) {
      if (told.has(ref) || (await daemon.imageId(ref, signal)) !== undefined) continue;
      told.set(ref, now);
      emit({ type: 'image.gone', image, ref });
      signal.throwIfAborted();
    }
  };
}
