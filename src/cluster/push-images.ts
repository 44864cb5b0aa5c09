import type { ImagePusher } from '../build/dockerode-pusher.ts';
import { parseImageName } from '../build/image-name.ts';
import { RockpoolError } from '../session/failure.ts';
import { registryRef } from './registry-ref.ts';

export interface PushRequest {
  /** refs in the daemon by image name */
  readonly refs: Readonly<Record<string, string>>;
  /** host[:port][/path] */
  readonly registry: string;
}

/**
 * Pushes built images under `registry/name:tag`, all at once, and resolves with those refs; what the registry has already
 * is not sent. Rejects with a RockpoolError that holds every push that failed, after all others ended.
 * @param tell one line for each image
 */
export async function pushImages(
  { refs, registry }: PushRequest,
  pusher: ImagePusher,
  tell: (line: string) => void,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const pushOne = async ([image, ref]: readonly [string, string]) => {
    const to = pushedRef(image, ref, registry);
    const has = (await pusher.has(to, signal)) === true;
    if (!has) await pusher.push(ref, to, signal);
    tell(has ? `${image}  is in the registry already` : `${image}  pushed`);
    return to;
  };
  const ends = await Promise.allSettled(Object.entries(refs).map(pushOne));
  signal.throwIfAborted();
  const errors = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason as unknown] : []));
  for (const error of errors) if (!(error instanceof RockpoolError)) throw error;
  if (errors.length > 0)
    throw new RockpoolError((errors as RockpoolError[]).flatMap(({ failures }) => failures));
  return ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []));
}

/** By the image's own name and the tag of its content, whatever registry the cluster gets it from. Pure. */
export function pushedRef(image: string, ref: string, registry: string): string {
  return registryRef(`${image}:${parseImageName(ref).tag ?? 'latest'}`, registry);
}
