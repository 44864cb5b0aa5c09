import { availableParallelism } from 'node:os';
import { relative } from 'node:path';
import pLimit from 'p-limit';
import { type Failure, RockpoolError } from '../session/failure.ts';
import type { BuildRequest, Clock, Emit, ImageBuilder } from '../session/ports.ts';
import { toBuildFailure } from './build-failure.ts';
import { type BuildStep, createBuildProgress } from './build-progress.ts';
import { type BuildxSolver, createBuildxSolver } from './buildx-solver.ts';
import { preferBuiltInFrontend } from './built-in-frontend.ts';
import { chooseSolver } from './choose-solver.ts';
import { isDaemonLoss } from './daemon-loss.ts';
import type { DockerDaemon } from './docker-daemon.ts';
import { dockerLost } from './docker-unreachable.ts';
import { createDockerodeSolver } from './dockerode-solver.ts';
import type { FileHashes } from './file-hashes.ts';
import { IMAGE_LABELS } from './image-labels.ts';
import type { ImageSpec } from './image-spec.ts';
import { createMask } from './mask-values.ts';
import { createMissingBases, type TellMissingBases } from './missing-bases.ts';
import { ContextChanged } from './open-listed.ts';
import { type PreparedBuild, prepareBuild } from './prepare-build.ts';
import { BuildError, type Solver } from './solver.ts';

export interface BuildkitBuilderOptions {
  readonly daemon: DockerDaemon;
  /** the images of the configuration in force */
  images(): readonly ImageSpec[];
  /** the project, absolute */
  readonly root: string;
  /** for the label `rockpool.dev/app` */
  readonly app: string;
  readonly hashes: FileHashes;
  readonly clock: Clock;
  /** the ref in the registry that the nodes pull from; default: the image's own */
  rewrite?(ref: string): string;
  /** Told what an image is made from, before it is built or found to be there. */
  onPrepared?(prepared: PreparedBuild): void;
  /** builds at once; default: one a core, at least two */
  readonly parallel?: number;
}

/** A file that is written all the time must not keep a build from ending with an explanation. */
const ATTEMPTS = 5;
const KILLED = /exit code: 137/;
/** Before another attempt, in ms, times the number of attempts so far. */
const PAUSE = 50;

/** Builds with BuildKit. What the daemon has by its content tag is not built again. */
export function createBuildkitBuilder(options: BuildkitBuilderOptions): ImageBuilder {
  const limit = pLimit(options.parallel ?? Math.max(2, availableParallelism()));
  const solvers = { dockerode: createDockerodeSolver(options), buildx: createBuildxSolver(options) };
  const tellMissingBases = createMissingBases(options);
  return {
    async build(request, emit, signal) {
      signal.throwIfAborted();
      const spec = options.images().find(({ name }) => name === request.image);
      if (!spec) throw new RockpoolError(unknownImage(request.image));
      const work = () => buildOrSkip({ options, solvers, spec, request, emit, tellMissingBases }, signal);
      return await inTurn(limit, work, signal).catch((error: unknown) => {
        throw error instanceof RockpoolError ? aboutImage(error, request.image) : error;
      });
    },
  };
}

interface Solvers {
  readonly dockerode: Solver;
  readonly buildx: BuildxSolver;
}

interface Work {
  readonly options: BuildkitBuilderOptions;
  readonly solvers: Solvers;
  readonly spec: ImageSpec;
  readonly request: BuildRequest;
  readonly emit: Emit;
  readonly tellMissingBases: TellMissingBases;
}

/** Waits for a slot; an abort ends the waiting at once, and what has begun is awaited. */
function inTurn<T>(
  limit: ReturnType<typeof pLimit>,
  work: () => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  const begun = limit(async () => {
    signal.throwIfAborted();
    signal.removeEventListener('abort', abort);
    return work();
  });
  return Promise.race([begun, aborted]);
}

async function buildOrSkip(work: Work, signal: AbortSignal): Promise<{ ref: string; skipped: boolean }> {
  const { options, spec, request } = work;
  const names = options.images().map(({ name }) => name);
  for (let attempt = 1; ; attempt++) {
    try {
      const prepared = await prepareBuild({ ...options, spec, names, refs: request.refs }, signal);
      const { ref } = prepared;
      options.onPrepared?.(prepared);
      const skipped = (await options.daemon.imageId(ref, signal)) !== undefined;
      if (!skipped) {
        await work.tellMissingBases(request, work.emit, signal);
        await run(work, prepared, signal);
      }
      return { ref, skipped };
    } catch (error) {
      if (!(error instanceof ContextChanged)) throw error;
      if (attempt === ATTEMPTS) throw new RockpoolError(restless(error.path), { cause: error });
    }
    await options.clock.sleep(PAUSE * attempt, signal);
  }
}

async function run(
  { options, solvers, request, emit }: Work,
  prepared: PreparedBuild,
  signal: AbortSignal,
): Promise<void> {
  const { image, generation } = request;
  const labels = {
    [IMAGE_LABELS.app]: options.app,
    [IMAGE_LABELS.image]: image,
    [IMAGE_LABELS.generation]: String(generation),
  };
  const hasEngine = options.daemon.address !== undefined;
  const solver = preferBuiltInFrontend(await pickSolver(prepared, solvers, hasEngine));
  const progress = createBuildProgress();
  const mask = createMask(prepared.spec.args);
  emit({ type: 'build.started', image, generation, ref: prepared.ref });
  try {
    await solver.solve(
      prepared,
      labels,
      (status) => {
        for (const step of progress.take(status)) {
          emit({
            type: 'build.progressed',
            image,
            generation,
            step: mask(nameOf(step)),
            index: step.index,
            total: step.total,
          });
        }
      },
      signal,
    );
  } catch (error) {
    if (!(error instanceof BuildError)) throw error;
    // Another session built the same at the same time, and was first to name it.
    const isThere =
      /already exists/.test(error.message) && (await options.daemon.imageId(prepared.ref, signal));
    if (isThere) return;
    const { address } = options.daemon;
    if (address && isDaemonLoss(error.message)) throw dockerLost(address, error);
    // A daemon that stops kills its builds as one does that has no memory left: only the latter answers.
    if (KILLED.test(error.message)) await options.daemon.imageId(prepared.ref, signal);
    throw new RockpoolError(masked(explain(options, prepared, error, progress.broken()), mask), {
      cause: error,
    });
  }
}

async function pickSolver(
  prepared: PreparedBuild,
  { dockerode, buildx }: Solvers,
  hasEngine: boolean,
): Promise<Solver> {
  const { solver, reason, required } = chooseSolver(prepared);
  if (solver === 'dockerode') return dockerode;
  if (!hasEngine) {
    if (required) throw new RockpoolError(noEngine(reason));
    return dockerode;
  }
  if (await buildx.available()) return buildx;
  if (required) throw new RockpoolError(noBuildx(reason));
  return dockerode;
}

/** Stages with a name of their own are told apart by it. */
function nameOf({ stage, text }: BuildStep): string {
  return stage === '' || /^stage-\d+$/.test(stage) ? text : `${stage}: ${text}`;
}

function explain(
  { root, images, daemon }: BuildkitBuilderOptions,
  { spec, parsed, ignore, entries }: PreparedBuild,
  { message: error }: BuildError,
  broken: ReturnType<ReturnType<typeof createBuildProgress>['broken']>,
): Failure {
  const { name: image, context, dockerfile, target } = spec;
  return toBuildFailure({
    ...{ image, context, dockerfile, parsed, error, broken, daemon, ignore: ignore.ignore },
    ...(target === undefined ? {} : { target }),
    ...(ignore.file === undefined ? {} : { ignoreFile: relative(root, ignore.file) }),
    paths: entries.map(({ path }) => path),
    images: images().map(({ name }) => name),
  });
}

function masked(failure: Failure, mask: (text: string) => string): Failure {
  const { message, output } = failure;
  return { ...failure, message: mask(message), ...(output === undefined ? {} : { output: mask(output) }) };
}

function aboutImage(error: RockpoolError, image: string): RockpoolError {
  const failures = error.failures.map((failure) => ({ ...failure, subject: `image/${image}` }));
  return new RockpoolError(failures, { exitCode: error.exitCode, cause: error.cause });
}

function unknownImage(image: string): Failure {
  return {
    code: 'IMAGE_UNKNOWN',
    subject: `image/${image}`,
    message: `The configuration has no image ${image}.`,
  };
}

function noBuildx(reason: string): Failure {
  return {
    code: 'BUILDER_MISSING',
    subject: 'build',
    message: `This image is built by docker buildx, since ${reason}, and buildx is not installed.`,
    hint: 'Install the docker command line with its buildx plugin (in many systems the package docker-buildx).',
    command: 'docker buildx version',
  };
}

function noEngine(reason: string): Failure {
  return {
    code: 'BUILDER_MISSING',
    subject: 'build',
    message: `This image takes a Docker Engine, since ${reason}, and what builds here is none.`,
    hint: 'Start Docker on this machine, or use a minikube profile with a Docker Engine of its own.',
    command: 'minikube start -p NAME --container-runtime=docker',
  };
}

function restless(path: string): Failure {
  return {
    code: 'CONTEXT_RESTLESS',
    subject: 'build context',
    message: `${path} kept changing while it was read for a build.`,
    hint: 'Name it in .dockerignore if the image does not need it; otherwise save again when it is at rest.',
  };
}
