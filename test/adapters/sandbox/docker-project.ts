import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createBuildkitBuilder } from '../../../src/build/buildkit-builder.ts';
import type { DockerDaemon } from '../../../src/build/docker-daemon.ts';
import { createDockerDaemon } from '../../../src/build/dockerode-daemon.ts';
import { createFileHashes } from '../../../src/build/file-hashes.ts';
import type { ImageSpec } from '../../../src/build/image-spec.ts';
import { createFileImageStore } from '../../../src/sandbox/docker/file-image-store.ts';
import {
  type DockerEndpoint,
  type DockerEndpointOptions,
  startDockerEndpoint,
} from '../../../src/sandbox/docker/start-docker-endpoint.ts';
import type { ImageConfig, ImageStore } from '../../../src/sandbox/runtime/runtime.ts';
import type { EventBody } from '../../../src/session/events.ts';
import type { Failure } from '../../../src/session/failure.ts';
import { RockpoolError } from '../../../src/session/failure.ts';

const never = new AbortController().signal;

/** A project with images, rockpool's own builder, and the sandbox's Docker endpoint that it builds into. */
export interface DockerProject {
  readonly root: string;
  readonly dir: string;
  readonly endpoint: DockerEndpoint;
  readonly daemon: DockerDaemon;
  readonly images: ImageStore;
  readonly specs: ImageSpec[];
  /** what the builder told, all builds */
  readonly events: EventBody[];
  /** Writes a file of the project. */
  put(path: string, text: string, mode?: number): Promise<void>;
  /** Builds an image of the project. */
  build(image?: string, signal?: AbortSignal, refs?: Record<string, string>): Promise<ImageConfig>;
  /** The failure that a build ends with. */
  failure(image?: string): Promise<Failure>;
  /** steps that ran with the last build: what was cached is none */
  steps(): string[];
  /** A file of an image. */
  read(image: ImageConfig, path: string): Promise<string>;
  close(): Promise<void>;
}

export async function startDockerProject(
  options: Partial<DockerEndpointOptions> = {},
): Promise<DockerProject> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'rockpool-sandbox-docker-')));
  const dir = join(root, '.sandbox');
  const clock = {
    now: () => Date.now(),
    sleep: (ms: number, signal: AbortSignal) => sleep(ms, undefined, { signal }),
  };
  const images = createFileImageStore(dir);
  const endpoint = await startDockerEndpoint({ dir, images, clock, ...options });
  // As the commands use it: it is no Docker Engine that `docker buildx` could build in.
  const dockerode = createDockerDaemon({ socketPath: endpoint.socketPath });
  const daemon: DockerDaemon = { ...dockerode, address: undefined };
  const specs = [spec('web')];
  const hashes = createFileHashes({ file: join(root, '.rockpool/hashes.json'), clock });
  const builder = createBuildkitBuilder({ daemon, images: () => specs, root, app: 'shop', hashes, clock });
  const events: EventBody[] = [];
  let begun = 0;
  const project: DockerProject = {
    ...{ root, dir, endpoint, daemon, images, specs, events },
    async put(path, text, mode = 0o644) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), text, { mode });
    },
    async build(image = 'web', signal = never, refs = {}) {
      begun = events.length;
      const { ref } = await builder.build(
        { image, generation: 1, refs },
        (event) => events.push(event),
        signal,
      );
      const built = images.find(ref);
      if (!built) throw new Error(`${ref} is not in the store`);
      return built;
    },
    async failure(image = 'web') {
      const error = await project.build(image).catch((reason: unknown) => reason);
      if (!(error instanceof RockpoolError)) throw error;
      return error.failures[0]!;
    },
    steps: () =>
      events.slice(begun).flatMap((event) => (event.type === 'build.progressed' ? event.step : [])),
    read: (image, path) => readFile(join(image.folder, path), 'utf8'),
    async close() {
      daemon.close();
      await endpoint.close();
      await rm(root, { recursive: true, force: true });
    },
  };
  return project;
}

export function spec(name: string, more: Partial<ImageSpec> = {}): ImageSpec {
  const none = { args: {}, secrets: {}, ssh: [], contexts: {}, ignore: [] };
  return { name, context: name, dockerfile: `${name}/Dockerfile`, ...none, ...more };
}
