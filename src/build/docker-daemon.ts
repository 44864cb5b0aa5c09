import type { Readable } from 'node:stream';
import type { BuildStatus } from './build-trace.ts';

/** A build as the Docker Engine is asked for it, with BuildKit. */
export interface DockerBuild {
  /** name:tag */
  readonly ref: string;
  /** path of the Dockerfile in the archive */
  readonly dockerfile: string;
  readonly target?: string;
  readonly args: Readonly<Record<string, string>>;
  readonly platform?: string;
  readonly labels: Readonly<Record<string, string>>;
  /** whether something comes from a registry: that takes a session, which costs 20 ms */
  readonly pulls: boolean;
}

/** A line of the daemon's answer to a build. */
export type DockerBuildMessage =
  /** a BuildKit StatusResponse, as protobuf in base64 */
  | { readonly trace: string }
  /** the same, read already */
  | { readonly status: BuildStatus }
  | { readonly imageId: string }
  | { readonly error: string };

/** Where a Docker Engine listens. TLS certificates are PEM texts, and are verified. */
export type DockerAddress =
  | { readonly socketPath: string }
  | { readonly protocol: 'http'; readonly host: string; readonly port: number }
  | {
      readonly protocol: 'https';
      readonly host: string;
      readonly port: number;
      readonly ca: string;
      readonly cert: string;
      readonly key: string;
    };

/** An image that carries a label. */
export interface DaemonImage {
  /** `sha256:…` */
  readonly id: string;
  /** `name:tag` and `name@sha256:…`. A daemon that shares its store with the kubelet also says `sha256:…`. */
  readonly names: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** ms since the epoch */
  readonly createdAt: number;
  /** what would be free without it; its whole size where the daemon does not tell what is shared */
  readonly bytes: number;
  /** a container of this daemon was made from it, whether it runs or not */
  readonly inUse: boolean;
}

/** What images are built into: a Docker Engine, or what does its work where there is none. */
export interface DockerDaemon {
  /** undefined: it is no Docker Engine, so that only `build` can build with it, and no `docker buildx` */
  readonly address: DockerAddress | undefined;
  /** what makes `docker` in a shell speak to it: `eval $(minikube -p minikube docker-env)`; absent: nothing is needed */
  readonly shell?: string | undefined;
  /** The ID of an image, or undefined when the daemon does not have it. Rejects with a RockpoolError of code DOCKER_UNREACHABLE. */
  imageId(ref: string, signal: AbortSignal): Promise<string | undefined>;
  /**
   * Builds from a tar archive and yields what the daemon says, to the end. A failed build is an `error` message. An
   * abort cancels the build in the daemon, waits for its end there (5 s at most) and throws the signal's reason. Rejects
   * with the archive's own error when reading it failed, else with a RockpoolError.
   */
  build(archive: Readable, build: DockerBuild, signal: AbortSignal): AsyncIterable<DockerBuildMessage>;
  /** The images with a label (`key=value`); none where labels cannot be asked for. Rejects as `imageId` does. */
  images(label: string, signal: AbortSignal): Promise<readonly DaemonImage[]>;
  /**
   * Takes a name:tag away from an image, which goes with its last one unless a container was made from it: then nothing
   * is done (`kept`). There is no such name: `missing`. Rejects as `imageId` does.
   */
  untag(ref: string, signal: AbortSignal): Promise<'deleted' | 'untagged' | 'kept' | 'missing'>;
  /** Closes every connection. */
  close(): void;
}
