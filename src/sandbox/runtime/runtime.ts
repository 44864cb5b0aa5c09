import type { Readable, Writable } from 'node:stream';

/** What an image says of the containers made from it. */
export interface ImageConfig {
  /** `sha256:…` */
  readonly id: string;
  /** every name:tag that it goes by */
  readonly refs: readonly string[];
  /** its files: the folder that is `/` of it */
  readonly folder: string;
  readonly env: readonly string[];
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  readonly workingDir: string;
  readonly user: string;
  readonly exposed: readonly number[];
  /** of its STOPSIGNAL; absent: SIGTERM */
  readonly stopSignal?: string;
  readonly labels: Readonly<Record<string, string>>;
  /** ms since the epoch */
  readonly createdAt: number;
  readonly size: number;
}

/** Where images are kept: the Docker endpoint writes, the kubelet reads. */
export interface ImageStore {
  /** by name:tag or id; a name without a tag is `latest` */
  find(ref: string): ImageConfig | undefined;
  list(): readonly ImageConfig[];
  add(image: ImageConfig): void;
  /** One more name for an image. */
  tag(id: string, ref: string): void;
  /** Takes a name away, and the image with its last one. @returns whether there was such a name */
  remove(ref: string): boolean;
}

/** A file that a volume puts into a container. */
export interface MountedFolder {
  /** absolute, on this machine */
  readonly folder: string;
  /** absolute, in the container */
  readonly mountPath: string;
  readonly readOnly: boolean;
}

export interface ContainerSpec {
  /** unique: `podUID/container/restart` */
  readonly name: string;
  readonly image: ImageConfig;
  /** command and arguments, variables expanded; the image's own where the manifest has none */
  readonly command: readonly string[];
  readonly workingDir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly mounts: readonly MountedFolder[];
  /** of its pod: what it should listen on (`HOST`) */
  readonly address: string;
  /** of its pod: `HOSTNAME` */
  readonly hostname: string;
  /** that it listens on, as the manifest has it: `PORT`, and checked to be free */
  readonly ports: readonly number[];
  /** where the names of Services are written for programs that can be told of them (see preload-folder.ts) */
  readonly namesFolder: string;
  /** Each line that it writes, at once; a line that is not ended when the container is comes, too. */
  onLine(line: {
    readonly stream: 'stdout' | 'stderr';
    readonly text: string;
    readonly at: Date;
    readonly partial: boolean;
  }): void;
}

export interface ContainerEnd {
  readonly exitCode: number;
  /** that ended it */
  readonly signal?: string;
  readonly at: Date;
}

/** A container that was started. */
export interface RunningContainer {
  /** `sandbox://` and 64 hex digits */
  readonly id: string;
  readonly startedAt: Date;
  /** when its last process has gone and its last line was told */
  readonly ended: Promise<ContainerEnd>;
  /** SIGTERM (or `signal`) to its first process, SIGKILL to all of its processes after `graceMs`. Resolves when it has ended. */
  stop(graceMs: number): Promise<void>;
  /** SIGKILL to all. */
  kill(): void;
  /** Runs a command beside it, in its folder and environment. Rejects with a StartError. The signal kills it. */
  exec(command: readonly string[], streams: ExecStreams, signal: AbortSignal): Promise<ContainerEnd>;
}

export interface ExecStreams {
  readonly stdin?: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly tty: boolean;
  /** of the terminal, at the start */
  readonly size?: { readonly width: number; readonly height: number };
}

/** A program that cannot be started, in the words of runc: `exec: "tar": executable file not found in $PATH`. */
export class StartError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'StartError';
  }
}

/**
 * Containers as process groups of this machine, each in a copy of its image's folder: no isolation. No process outlives
 * it, whatever way it ends: what a killed one left is stopped by the next start.
 */
export interface Runtime {
  /** Rejects with a StartError. */
  start(spec: ContainerSpec, signal: AbortSignal): Promise<RunningContainer>;
  /** Stops all that runs and deletes what was theirs. */
  close(): Promise<void>;
}
