import type { ImageConfig, ImageStore } from '../../runtime/runtime.ts';
import type { Container } from '../objects.ts';

/** Tells an event of the container. */
export type Tell = (type: 'Normal' | 'Warning', reason: string, message: string) => void;

/** Why a container waits, as its status tells it. */
export interface Waiting {
  readonly reason: string;
  readonly message?: string;
}

/**
 * The image of a container, or why it waits for it; what the kubelet would tell of it is told.
 * @param before why it has waited until now
 */
export function findImage(
  images: Pick<ImageStore, 'find'>,
  { image = '', imagePullPolicy }: Container,
  before: Waiting | undefined,
  tell: Tell,
): { readonly found: ImageConfig } | { readonly waiting: Waiting } {
  const found = images.find(image);
  if (found) {
    tell(
      'Normal',
      'Pulled',
      `Container image "${image}" already present on machine and can be accessed by the pod`,
    );
    return { found };
  }
  if (before?.reason === 'ErrImagePull') return { waiting: pullingBackOff(image, tell) };
  if (before && /^(ErrImageNeverPull|ImagePullBackOff)$/.test(before.reason)) return { waiting: before };
  if (imagePullPolicy === 'Never') {
    const message = `Container image "${image}" is not present with pull policy of Never`;
    tell('Warning', 'ErrImageNeverPull', message);
    tell('Warning', 'Failed', 'Error: ErrImageNeverPull');
    return { waiting: { reason: 'ErrImageNeverPull', message } };
  }
  tell('Normal', 'Pulling', `Pulling image "${image}"`);
  tell('Warning', 'Failed', `Failed to pull image "${image}": ${NO_PULL}`);
  tell('Warning', 'Failed', 'Error: ErrImagePull');
  return { waiting: { reason: 'ErrImagePull', message: NO_PULL } };
}

function pullingBackOff(image: string, tell: Tell): Waiting {
  tell('Normal', 'BackOff', `Back-off pulling image "${image}"`);
  tell('Warning', 'Failed', 'Error: ImagePullBackOff');
  const message = `Back-off pulling image "${image}": ErrImagePull: ${NO_PULL}`;
  return { reason: 'ImagePullBackOff', message };
}

const NO_PULL = 'the sandbox pulls no images: only what was built in it can run';
