import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { DockerBuild, DockerBuildMessage, DockerDaemon } from '../build/docker-daemon.ts';
import { createMask } from '../build/mask-values.ts';
import { createPlainProgress } from '../build/plain-progress.ts';
import { type Failure, RockpoolError } from '../session/failure.ts';
import { minikubeBuildArguments, type NodeBuilder } from './minikube-build-arguments.ts';
import { cleanMinikubeBuild } from './minikube-build-cleaning.ts';
import { createMinikubeImageStore, type MinikubeImageStore } from './minikube-image-store.ts';
import { createMinikubeLog, type MinikubeLog } from './minikube-log.ts';
import { type ToolRun, toolLines } from './run-tool.ts';

export interface MinikubeImageBuildOptions {
  readonly profile: string;
  readonly builder: NodeBuilder;
  /** of the profile, when it is known */
  readonly nodes?: number | undefined;
  /** the environment that minikube is run in */
  readonly env: ToolRun['env'];
}

/**
 * Images through `minikube image build`, in the nodes themselves: for a profile that has no Docker Engine on a machine
 * that has none either. Labels cannot be asked for, so `images` is empty and nothing old is found. minikube exits with 0
 * when a build failed (BuildImage in pkg/minikube/machine/build_images.go): what the builder in the node said counts,
 * and the list of images afterwards.
 */
export function createMinikubeImageBuild(options: MinikubeImageBuildOptions): DockerDaemon {
  const store = createMinikubeImageStore(options);
  return {
    address: undefined,
    imageId: (ref, signal) => store.imageId(ref, signal),
    images: () => Promise.resolve([]),
    untag: (ref, signal) => store.remove(ref, signal),
    async *build(archive, build, signal) {
      signal.throwIfAborted();
      const folder = await mkdtemp(join(tmpdir(), 'rockpool-build-'));
      const name = basename(folder);
      let mayBeLeft = false;
      try {
        const file = join(folder, `${name}.tar`);
        await save(archive, file, signal);
        mayBeLeft = true;
        for await (const message of run(options, store, file, build, signal)) {
          // of a build that ended well, minikube takes away what it brought into the node
          if ('imageId' in message) mayBeLeft = false;
          yield message;
        }
      } finally {
        archive.destroy();
        await rm(folder, { recursive: true, force: true });
        if (mayBeLeft) await cleanMinikubeBuild(options, name);
      }
    },
    close: () => store.close(),
  };
}

/** Rejects with the archive's own error when reading it failed. */
async function save(archive: Readable, file: string, signal: AbortSignal): Promise<void> {
  try {
    await pipeline(archive, createWriteStream(file, { mode: 0o600 }), { signal });
  } catch (error) {
    signal.throwIfAborted();
    if ((error as NodeJS.ErrnoException).syscall !== 'write') throw error;
    throw new RockpoolError(notSaved(error as Error), { cause: error });
  }
}

async function* run(
  options: MinikubeImageBuildOptions,
  store: MinikubeImageStore,
  file: string,
  build: DockerBuild,
  signal: AbortSignal,
): AsyncGenerator<DockerBuildMessage> {
  const { profile, env } = options;
  const args = minikubeBuildArguments(build, file, options);
  const progress = createPlainProgress();
  const log = createMinikubeLog(createMask(build.args));
  let exitCode: number | undefined;
  for await (const output of toolLines({ program: 'minikube', args, env, signal })) {
    if ('exitCode' in output) exitCode = output.exitCode;
    else if (!log.take(output.line)) {
      const status = progress.take(output.line);
      if (status) yield { status };
    }
  }
  store.forget();
  const error = progress.error();
  const isBroken = error?.isSure || log.failedNodes() !== undefined;
  if (!isBroken) {
    const imageId = await store.imageId(build.ref, signal);
    if (exitCode === 0 && imageId !== undefined) return yield { imageId };
  } else if (options.nodes !== 1) {
    // else the one node that has it would make it pass for built
    await store.remove(build.ref, signal).catch(() => signal.throwIfAborted());
  }
  if (error) return yield { error: error.text };
  throw new RockpoolError(notBuilt(profile, exitCode, log));
}

function notSaved({ message }: Error): Failure {
  return {
    code: 'BUILD_FAILED',
    subject: 'build',
    message: `The build context could not be written to a file, in which minikube takes it: ${message}.`,
    hint: `It is made in ${tmpdir()}: TMPDIR names another folder.`,
  };
}

function notBuilt(profile: string, exitCode: number | undefined, log: MinikubeLog): Failure {
  const nodes = log.failedNodes();
  const how = exitCode === 0 ? 'ended without the image' : `ended with ${exitCode ?? 'a signal'}`;
  const output = log.last();
  return {
    code: 'BUILD_FAILED',
    subject: 'build',
    message: `minikube image build ${nodes ? `could not build in ${nodes}` : how}.`,
    hint: 'See whether the profile is well; minikube start brings it back.',
    command: `minikube status -p ${profile}`,
    ...(output === '' ? {} : { output }),
  };
}
