import type { DockerAddress } from '../build/docker-daemon.ts';
import { type Failure, RockpoolError } from '../session/failure.ts';
import type { ClusterContext } from './cluster-context.ts';
import { readDockerEndpoint } from './docker-endpoint.ts';
import { findHostDocker, usesHostDocker } from './host-docker.ts';
import { readDockerEnv } from './minikube-docker-env.ts';

/** How images get to the nodes of a cluster. */
export interface ImageRoute {
  /** "Docker of minikube profile minikube at tcp://192.168.49.2:2376" */
  readonly words: string;
  /** the daemon that the nodes run images from */
  readonly endpoint: DockerAddress;
}

export interface ImageRouteOptions {
  readonly env: Readonly<NodeJS.ProcessEnv>;
  /** the user's home folder */
  readonly home: string;
  readonly signal: AbortSignal;
}

/**
 * Finds the Docker daemon that the nodes of the context run images from: asked of minikube by profile, or the
 * product's own on this machine. Nothing is assumed from DOCKER_HOST of a shell that points to another cluster.
 * Rejects with a RockpoolError: ROUTE_MISSING for clusters that this version cannot bring images to, and all of
 * `readDockerEnv`, `findHostDocker` and `readDockerEndpoint`.
 */
export async function chooseImageRoute(
  context: ClusterContext,
  options: ImageRouteOptions,
): Promise<ImageRoute> {
  options.signal.throwIfAborted();
  if (context.minikube || context.name === 'minikube') return minikubeRoute(context, options);
  if (usesHostDocker(context.name)) return hostRoute(context, options);
  throw new RockpoolError(routeMissing(context.name));
}

async function minikubeRoute(
  context: ClusterContext,
  { env, signal }: ImageRouteOptions,
): Promise<ImageRoute> {
  const profile = context.cluster ?? context.name;
  const address = await readDockerEnv({ profile, env, signal });
  const endpoint = await readDockerEndpoint(address);
  return { words: `Docker of minikube profile ${profile} at ${address.host}`, endpoint };
}

async function hostRoute(context: ClusterContext, options: ImageRouteOptions): Promise<ImageRoute> {
  const { address, found } = await findHostDocker(context.name, options);
  const endpoint = await readDockerEndpoint(address);
  return { words: `Docker of ${context.name} at ${address.host} (${found})`, endpoint };
}

function routeMissing(name: string): Failure {
  return {
    code: 'ROUTE_MISSING',
    subject: `context/${name}`,
    message: `How to bring images to the nodes of the context ${name} is not in this version of rockpool yet.`,
    hint: 'Today: minikube with the docker runtime (minikube start --container-runtime=docker), docker-desktop, colima, orbstack or rancher-desktop with Docker. Choose such a context with --context.',
  };
}
