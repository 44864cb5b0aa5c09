import type { DockerAddress } from '../build/docker-daemon.ts';

/** How images get to the nodes of a cluster. */
export interface ImageRoute {
  /** "Docker of minikube profile minikube at tcp://192.168.49.2:2376" */
  readonly words: string;
  /** the daemon that images are built into */
  readonly endpoint: DockerAddress;
  /** absent: the nodes run images straight from that daemon */
  readonly delivery?: ImageDelivery;
}

/** Brings images from the daemon that they are built into to every node of a cluster. */
export interface ImageDelivery {
  /** in words: "minikube image load", "a push to localhost:5000" */
  readonly way: string;
  /** Whether every node can run the image without a delivery; undefined when that cannot be known. */
  has(ref: string, signal: AbortSignal): Promise<boolean | undefined>;
  /**
   * Resolves when every node can run the image. An abort ends what was begun and is awaited. Rejects with a
   * RockpoolError of code DELIVERY_FAILED that holds what the tool or the registry said.
   */
  deliver(ref: string, signal: AbortSignal): Promise<void>;
  /** The ref that an image of the project is built, named in manifests and delivered by; absent: its own. Pure. */
  rewrite?(ref: string): string;
}
