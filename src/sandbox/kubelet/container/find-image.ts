import type { ImageConfig, ImageStore } from '../../runtime/runtime.ts';
import type { Container } from '../objects.ts';

/** Tells an event of the container. */
export type Tell = (type: 'Normal' | 'Warning', reason: string, message: string) => void;

/** Why a container waits, as its status tells it. */
export interface Waiting {
  readonly reason: string;
  readonly message?: string;
}

/** Where a kubelet has its images from. */
export interface ImageSource extends Pick<ImageStore, 'find'> {
  /** Gets an image that nobody built here. Rejects with an Error that says why there is none. Absent: nothing is pulled. */
  pull?(ref: string, signal: AbortSignal): Promise<ImageConfig>;
}

/**
 * The image of a container, or why it waits for it; what the kubelet would tell of it is told. Rejects only when the
 * signal fires.
 * @param before why it has waited until now
 */
export async function findImage(
  images: ImageSource,
  { image = '', imagePullPolicy }: Container,
  {
    before,
    tell,
    signal,
  }: { readonly before: Waiting | undefined; readonly tell: Tell; readonly signal: AbortSignal },
): Promise<{ readonly found: ImageConfig } | { readonly waiting: Waiting }> {
  const found = images.find(image);
  if (found) {
    tell(
      'Normal',
      'Pulled',
      `Container image "${image}" already present on machine and can be accessed by the pod`,
    );
    return { found };
  }
  if (before?.reason === 'ErrImagePull')
    return { waiting: pullingBackOff(image, before.message ?? NO_PULL, tell) };
  if (before && /^(ErrImageNeverPull|ImagePullBackOff)$/.test(before.reason)) return { waiting: before };
  if (imagePullPolicy === 'Never') {
    const message = `Container image "${image}" is not present with pull policy of Never`;
    tell('Warning', 'ErrImageNeverPull', message);
    tell('Warning', 'Failed', 'Error: ErrImageNeverPull');
    return { waiting: { reason: 'ErrImageNeverPull', message } };
  }
  tell('Normal', 'Pulling', `Pulling image "${image}"`);
  try {
    if (!images.pull) throw new Error(NO_PULL);
    const pulled = await images.pull(image, signal);
    tell('Normal', 'Pulled', `Successfully pulled image "${image}"`);
    return { found: pulled };
  } catch (error) {
    signal.throwIfAborted();
    const message = error instanceof Error ? error.message : String(error);
    tell('Warning', 'Failed', `Failed to pull image "${image}": ${message}`);
    tell('Warning', 'Failed', 'Error: ErrImagePull');
    return { waiting: { reason: 'ErrImagePull', message } };
  }
}

function pullingBackOff(image: string, why: string, tell: Tell): Waiting {
  tell('Normal', 'BackOff', `Back-off pulling image "${image}"`);
  tell('Warning', 'Failed', 'Error: ImagePullBackOff');
  const message = `Back-off pulling image "${image}": ErrImagePull: ${why}`;
  return { reason: 'ImagePullBackOff', message };
}

const NO_PULL = 'the sandbox pulls no images: only what was built in it can run';
