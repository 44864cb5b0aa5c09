import type { DockerAddress } from '../build/docker-daemon.ts';
import type { ImageDelivery } from './image-delivery.ts';
import { fullName, readMinikubeImages } from './minikube-images.ts';
import { createToolDelivery } from './tool-delivery.ts';

export interface MinikubeImageLoadOptions {
  readonly profile: string;
  /** of the profile, when it is known */
  readonly nodes?: number | undefined;
  /** the daemon that images are built into */
  readonly endpoint: DockerAddress;
  /** the environment that minikube is run in */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Images through `minikube image load`, onto all nodes of a profile, whatever its runtime. Each is handed over as a file:
 * given a name, minikube looks on Docker Hub too, and keeps every image it ever loaded in its own cache. What it could
 * not load it only warns of, and exits 0 (DoLoadImages in pkg/minikube/machine/cache_images.go): the nodes are asked
 * afterwards.
 */
export function createMinikubeImageLoad({
  profile,
  nodes,
  endpoint,
  env,
}: MinikubeImageLoadOptions): ImageDelivery {
  const isListed = async (ref: string, signal: AbortSignal) => {
    const { images } = await readMinikubeImages(profile, env, signal);
    return images?.has(fullName(ref));
  };
  return createToolDelivery({
    way: 'minikube image load',
    program: 'minikube',
    args: (image) => ['image', 'load', image, '-p', profile],
    saveFrom: endpoint,
    env,
    failed: async (_answer, ref, signal) => (await isListed(ref, signal)) === false,
    has: async (ref, signal) => {
      const listed = await isListed(ref, signal);
      // the list is of all nodes together: what one of several has, another may lack
      return listed && nodes !== 1 ? undefined : listed;
    },
  });
}
