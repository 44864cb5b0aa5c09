import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Failure, RockpoolError } from '../session/failure.ts';
import { readCurrentDockerContext, readDockerContext } from './docker-context.ts';
import { type DockerEnv, parseDockerEnv } from './parse-docker-env.ts';

/** A Docker daemon of this machine, and how it was found, in words. */
export interface HostDocker {
  readonly address: DockerEnv;
  /** "docker context desktop-linux", "DOCKER_HOST", "socket of colima" */
  readonly found: string;
}

export interface HostDockerOptions {
  readonly env: Readonly<NodeJS.ProcessEnv>;
  /** the user's home folder */
  readonly home: string;
}

/** Whether the nodes of a context of this name run images straight from a Docker daemon of this machine. */
export function usesHostDocker(context: string): boolean {
  return /^(docker-desktop|docker-for-desktop|orbstack|rancher-desktop|colima(-.+)?)$/.test(context);
}

/**
 * Finds the Docker daemon that the nodes of such a context run from: first what belongs to the product itself (its
 * docker context, its socket), then DOCKER_HOST and docker's own choice. DOCKER_HOST comes second because shells often
 * still carry that of another cluster; one that `minikube docker-env` set is never taken.
 * Rejects with a RockpoolError of code DOCKER_MISSING when there is none.
 */
export async function findHostDocker(context: string, options: HostDockerOptions): Promise<HostDocker> {
  const folder = options.env.DOCKER_CONFIG || join(options.home, '.docker');
  const found =
    (await ofProduct(context, folder, options.home)) ??
    (await ofEnvironment(folder, options.env)) ??
    (await firstSocket(['/var/run/docker.sock'], 'default socket'));
  if (found && (await answersAt(found.address))) return found;
  throw new RockpoolError(missing(context, found));
}

/**
 * Finds the Docker daemon that the docker command of this machine talks to: what is built for a cluster whose nodes run
 * from elsewhere is built there. DOCKER_HOST of `minikube docker-env` is not taken. Rejects with a RockpoolError of code
 * DOCKER_MISSING.
 * @param runtime what the nodes run containers with, in words
 */
export async function findBuildDocker(
  context: string,
  runtime: string,
  options: HostDockerOptions,
): Promise<HostDocker> {
  const folder = options.env.DOCKER_CONFIG || join(options.home, '.docker');
  const rootless = options.env.XDG_RUNTIME_DIR;
  const sockets = ['/var/run/docker.sock', ...(rootless ? [join(rootless, 'docker.sock')] : [])];
  const found = (await ofEnvironment(folder, options.env)) ?? (await firstSocket(sockets, 'default socket'));
  if (found && (await answersAt(found.address))) return found;
  const { message } = missing(context, found);
  throw new RockpoolError({
    code: 'DOCKER_MISSING',
    subject: `context/${context}`,
    message: `${message} The nodes run containers with ${runtime}, so images are built by a Docker Engine of this machine and brought to them.`,
    hint: 'Start Docker on this machine, or use a cluster with a Docker Engine of its own.',
    command: 'minikube start -p NAME --container-runtime=docker',
  });
}

async function ofProduct(context: string, folder: string, home: string): Promise<HostDocker | undefined> {
  const dockerContext = context.startsWith('docker-') ? 'desktop-linux' : context;
  const address = await readDockerContext(folder, dockerContext);
  if (address) return { address, found: `docker context ${dockerContext}` };
  return firstSocket(socketsOf(context, home), `socket of ${context}`);
}

async function ofEnvironment(
  folder: string,
  env: Readonly<NodeJS.ProcessEnv>,
): Promise<HostDocker | undefined> {
  const address = env.MINIKUBE_ACTIVE_DOCKERD ? undefined : parseDockerEnv(env);
  if (address) return { address, found: 'DOCKER_HOST' };
  const name = env.DOCKER_CONTEXT || (await readCurrentDockerContext(folder));
  const chosen = name ? await readDockerContext(folder, name) : undefined;
  return chosen && { address: chosen, found: `docker context ${name}` };
}

/** Where each product puts its socket when it has not made a docker context. */
function socketsOf(context: string, home: string): readonly string[] {
  if (context === 'orbstack') return [join(home, '.orbstack/run/docker.sock')];
  if (context === 'rancher-desktop') return [join(home, '.rd/docker.sock')];
  if (context.startsWith('docker-')) {
    return [join(home, '.docker/desktop/docker.sock'), join(home, '.docker/run/docker.sock')];
  }
  const profile = context === 'colima' ? 'default' : context.slice('colima-'.length);
  return ['.colima', '.config/colima'].map((folder) => join(home, folder, profile, 'docker.sock'));
}

async function firstSocket(paths: readonly string[], found: string): Promise<HostDocker | undefined> {
  for (const path of paths) {
    if (await isSocket(path)) return { address: { host: `unix://${path}`, tlsVerify: false }, found };
  }
  return undefined;
}

/** A socket that is not there is a product that does not run; whether a daemon answers is for the builder to see. */
async function answersAt({ host }: DockerEnv): Promise<boolean> {
  return !host.startsWith('unix://') || isSocket(host.slice('unix://'.length));
}

async function isSocket(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isSocket();
  } catch {
    return false;
  }
}

function missing(context: string, found: HostDocker | undefined): Failure {
  const where = found
    ? `${found.found} names ${found.address.host}, where no socket is`
    : 'none of its sockets is there';
  return {
    code: 'DOCKER_MISSING',
    subject: `context/${context}`,
    message: `No Docker daemon was found for the context ${context}: ${where}.`,
    hint: context.startsWith('docker-')
      ? 'Start Docker Desktop.'
      : `Start ${context}; its container engine must be Docker (in Rancher Desktop: dockerd; with colima: --runtime docker).`,
  };
}
