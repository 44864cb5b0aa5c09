import { type Failure, RockpoolError } from '../session/failure.ts';
import { EXIT, explainDockerEnv } from './explain-docker-env.ts';
import { type DockerEnv, parseDockerEnvOutput } from './parse-docker-env.ts';
import { type MinikubeProfile, parseMinikubeProfiles } from './parse-minikube-profiles.ts';
import { runTool } from './run-tool.ts';

export interface ReadDockerEnvOptions {
  readonly profile: string;
  /** the environment minikube is found and run in */
  readonly env: Readonly<NodeJS.ProcessEnv>;
  readonly signal: AbortSignal;
  /** ms for each run of minikube; it may restart the Docker Engine in the node, which takes a while */
  readonly timeout?: number;
}

/** What minikube says of the Docker Engine of a profile that runs. */
export type DockerEnvAnswer =
  | { readonly docker: DockerEnv }
  /** there is none to build into: another runtime, or several nodes with an engine each */
  | { readonly docker?: undefined; readonly runtime: string; readonly nodes?: number };

/**
 * Asks minikube for the Docker Engine of a profile's node. The output is parsed and never evaluated.
 * Rejects with a RockpoolError that says what stands in the way and how to get out of it: MINIKUBE_MISSING,
 * MINIKUBE_STOPPED, MINIKUBE_NO_PROFILE, MINIKUBE_DRIVER, MINIKUBE_DOCKER_DOWN, MINIKUBE_TIMEOUT, MINIKUBE_FAILED.
 * An abort ends minikube and all that it started.
 */
export async function readDockerEnv(options: ReadDockerEnvOptions): Promise<DockerEnvAnswer> {
  const { profile } = options;
  const answer = await runMinikube(['docker-env', '--shell', 'none', '-o', 'json', '-p', profile], options);
  const docker = answer.exitCode === 0 ? parseDockerEnvOutput(answer.stdout) : undefined;
  // with containerd, minikube offers nerdctld behind ssh, which is not a Docker Engine
  if (docker && !docker.host.startsWith('ssh://')) return { docker };
  const { stdout } = await runMinikube(['profile', 'list', '-l', '-o', 'json'], options);
  const profiles = parseMinikubeProfiles(stdout);
  const elsewhere = withoutEngine(
    answer.exitCode,
    docker,
    profiles.find(({ name }) => name === profile),
  );
  if (elsewhere) return elsewhere;
  throw new RockpoolError(explainDockerEnv(profile, answer.exitCode, answer.stderr, profiles));
}

/** A profile that is stopped, or not there, says nothing of its runtime that matters yet. */
function withoutEngine(
  exitCode: number | undefined,
  docker: DockerEnv | undefined,
  profile: MinikubeProfile | undefined,
): DockerEnvAnswer | undefined {
  if (exitCode === EXIT.notRunning || exitCode === EXIT.noProfile || exitCode === EXIT.driver)
    return undefined;
  const { runtime = docker ? 'containerd' : 'docker', nodes } = profile ?? {};
  const several = exitCode === EXIT.severalNodes || (nodes ?? 1) > 1;
  if (runtime === 'docker' && !several) return undefined;
  return { runtime, ...(nodes === undefined ? {} : { nodes }) };
}

interface MinikubeAnswer {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

async function runMinikube(
  args: readonly string[],
  { profile, env, signal, timeout = 60_000 }: ReadDockerEnvOptions,
): Promise<MinikubeAnswer> {
  try {
    return await runTool({ program: 'minikube', args, env: minikubeEnvironment(env), signal, timeout });
  } catch (error) {
    const code = error instanceof RockpoolError ? error.failures[0]?.code : undefined;
    if (code === 'TOOL_MISSING') throw new RockpoolError(missing(profile), { cause: error });
    if (code === 'TOOL_TIMEOUT') throw new RockpoolError(timedOut(profile, args, timeout), { cause: error });
    throw error;
  }
}

/**
 * The environment to run minikube in: without what `eval $(minikube docker-env)` left in the shell, with what was
 * there before it. DOCKER_HOST of the user's own stays: the docker driver finds its node's container through it.
 * As minikube itself does (PointToHostDockerDaemon in pkg/drivers/kic/oci/oci.go), and here for older ones too.
 */
export function minikubeEnvironment(env: Readonly<NodeJS.ProcessEnv>): NodeJS.ProcessEnv {
  if (!env.MINIKUBE_ACTIVE_DOCKERD) return { ...env };
  const inherited = Object.entries(env).filter(
    ([name]) => !name.startsWith('DOCKER_') && name !== 'MINIKUBE_ACTIVE_DOCKERD',
  );
  const existing = /^MINIKUBE_EXISTING_(?=DOCKER_)/;
  return Object.fromEntries(inherited.map(([name, value]) => [name.replace(existing, ''), value]));
}

function missing(profile: string): Failure {
  return {
    code: 'MINIKUBE_MISSING',
    subject: `minikube/${profile}`,
    message: `The context ${profile} is a minikube cluster, but there is no program minikube on the PATH to ask for its Docker Engine.`,
    hint: 'Install minikube, or add its folder to PATH.',
  };
}

function timedOut(profile: string, args: readonly string[], timeout: number): Failure {
  return {
    code: 'MINIKUBE_TIMEOUT',
    subject: `minikube/${profile}`,
    message: `minikube did not answer within ${timeout / 1000} s and was ended.`,
    hint: 'See what the cluster is doing; minikube start brings a stuck one back.',
    command: `minikube ${args[0] === 'docker-env' ? `status -p ${profile}` : args.join(' ')}`,
  };
}
