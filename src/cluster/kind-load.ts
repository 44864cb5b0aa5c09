import type { ImageDelivery } from './image-delivery.ts';
import { createToolDelivery } from './tool-delivery.ts';

/**
 * Images through `kind load docker-image`, onto all nodes of a cluster. It looks on each node first and copies to those
 * that lack the image, so nobody else needs to ask.
 */
export function createKindLoad(
  cluster: string,
  env: Readonly<Record<string, string | undefined>>,
): ImageDelivery {
  return createToolDelivery({
    way: 'kind load docker-image',
    program: 'kind',
    args: (ref) => ['load', 'docker-image', ref, '--name', cluster],
    env,
  });
}
