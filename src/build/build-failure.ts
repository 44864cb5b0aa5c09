import type { Failure, SourcePlace } from '../session/failure.ts';
import { tellingLines } from '../session/telling-lines.ts';
import type { BrokenStep, BuildStep } from './build-progress.ts';
import type { DockerDaemon } from './docker-daemon.ts';
import type { DockerIgnore } from './docker-ignore.ts';
import type { Dockerfile, Stage } from './dockerfile.ts';
import { explainBuildError, type FailureExplanation } from './explain-build-error.ts';

/** What is known of a build that failed. */
export interface FailedBuild {
  readonly image: string;
  /** paths as the configuration writes them */
  readonly context: string;
  readonly dockerfile: string;
  readonly target?: string;
  readonly parsed: Dockerfile;
  /** BuildKit's error text */
  readonly error: string;
  readonly broken?: BrokenStep | undefined;
  readonly ignore: DockerIgnore;
  /** of .dockerignore, as the configuration would write it */
  readonly ignoreFile?: string;
  /** paths in the build context */
  readonly paths: Iterable<string>;
  /** names of the project's images */
  readonly images: readonly string[];
  /** that it was built in */
  readonly daemon: Pick<DockerDaemon, 'address' | 'shell'>;
}

/** Lines of a step's output that are told. */
const OUTPUT_LINES = 10;

/** A failed build in words: the step, its line in the Dockerfile, its last output, and what usually helps. Pure. */
export function toBuildFailure(build: FailedBuild): Failure {
  const step = build.broken?.step;
  const explained: FailureExplanation = explainBuildError(build);
  const line =
    explained.line ??
    (step && lineOfStep(build.parsed, step)) ??
    lineOfBase(build.parsed, build.broken?.name);
  const at: SourcePlace = { file: build.dockerfile, ...(line === undefined ? {} : { line }) };
  const output = tellingLines(build.broken?.output ?? [], OUTPUT_LINES).join('\n');
  const command = buildCommand(build);
  return {
    code: 'BUILD_FAILED',
    subject: `image/${build.image}`,
    message: explained.message,
    ...(explained.hint === undefined ? {} : { hint: explained.hint }),
    ...(command === undefined ? {} : { command }),
    ...(output === '' ? {} : { output }),
    at: explained.at ?? at,
  };
}

const DEFAULT_SOCKET = '/var/run/docker.sock';

/** In the same daemon, and without arguments: they may be secrets. */
function buildCommand({ dockerfile, context, target, daemon }: FailedBuild): string | undefined {
  const { address, shell } = daemon;
  if (!address) return undefined;
  const host = 'socketPath' in address && address.socketPath !== DEFAULT_SOCKET ? address.socketPath : '';
  const docker = host === '' ? 'docker build' : `DOCKER_HOST=unix://${host} docker build`;
  return [
    shell === undefined ? docker : `${shell} && docker build`,
    ...(target ? [`--target ${target}`] : []),
    `-f ${dockerfile}`,
    context,
  ].join(' ');
}

/**
 * BuildKit numbers what makes a layer: FROM of an image (not of a stage or scratch), RUN, COPY, ADD and WORKDIR
 * (dockerfile2llb, cmdTotal), podman every line: the text of a step goes first. BuildKit's stages without a name are
 * called stage-N.
 */
function lineOfStep({ stages }: Dockerfile, { stage, index, text }: BuildStep): number | undefined {
  const found = stages.find(
    (candidate, at) => stage === '' || candidate.name === stage || `stage-${at}` === stage,
  );
  const numbered = found ? numberedInstructions(found, stages) : [];
  const [same, another] = numbered.filter((candidate) => candidate.text === text);
  if (same && !another) return same.line;
  const instruction = numbered[index - 1];
  const keyword = text.split(' ', 1)[0]?.toUpperCase();
  return instruction?.keyword === keyword ? instruction?.line : same?.line;
}

function numberedInstructions({ base, instructions }: Stage, stages: readonly Stage[]) {
  const own =
    base.ref === 'scratch' || stages.some(({ name }) => name?.toLowerCase() === base.ref.toLowerCase());
  const counted = new Set(
    own ? ['RUN', 'COPY', 'ADD', 'WORKDIR'] : ['FROM', 'RUN', 'COPY', 'ADD', 'WORKDIR'],
  );
  return instructions.filter(({ keyword }) => counted.has(keyword));
}

/** `[internal] load metadata for docker.io/library/node:24` */
function lineOfBase({ stages }: Dockerfile, name: string | undefined): number | undefined {
  const [, loaded] = /load metadata for (\S+)/.exec(name ?? '') ?? [];
  const uses = stages.flatMap(({ base, others }) => [base, ...others]);
  return uses.find(
    ({ ref }) =>
      ref !== '' && loaded !== undefined && (loaded.endsWith(`/${ref}`) || loaded.endsWith(`/${ref}:latest`)),
  )?.line;
}
