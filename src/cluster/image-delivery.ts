import type { DockerAddress, DockerDaemon } from '../build/docker-daemon.ts';

/** How images get to the nodes of a cluster. */
export type ImageRoute = EngineRoute | BuilderRoute;

/** Images are built into a Docker Engine. */
interface EngineRoute {
  /** "Docker of minikube profile minikube at tcp://192.168.49.2:2376" */
  readonly words: string;
  readonly endpoint: DockerAddress;
  /** what makes `docker` in a shell speak to it, where that needs something */
  readonly shell?: string;
  readonly builder?: undefined;
  /** absent: the nodes run images straight from that daemon */
  readonly delivery?: ImageDelivery;
}

/** There is none: something else builds straight into the nodes. */
interface BuilderRoute {
  readonly words: string;
  readonly endpoint?: undefined;
  readonly builder: DockerDaemon;
  readonly shell?: undefined;
  readonly delivery?: undefined;
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
