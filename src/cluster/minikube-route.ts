import { RockpoolError } from '../session/failure.ts';
import type { ClusterContext } from './cluster-context.ts';
import { readDockerEndpoint } from './docker-endpoint.ts';
import { withDocker } from './docker-variables.ts';
import { findBuildDocker, type HostDockerOptions } from './host-docker.ts';
import type { ImageRoute } from './image-delivery.ts';
import { builderOf, type NodeBuilder } from './minikube-build-arguments.ts';
import { minikubeEnvironment, readDockerEnv } from './minikube-docker-env.ts';
import { createMinikubeImageBuild } from './minikube-image-build.ts';
import { createMinikubeImageLoad } from './minikube-image-load.ts';

/**
 * A minikube profile with the docker runtime and one node is built into; any other gets its images by `minikube image
 * load` from the Docker Engine of this machine, or where it has none, and the profile containerd or cri-o, by `minikube
 * image build`; which the words of the route say, with the quicker way.
 */
export async function minikubeRoute(
  context: ClusterContext,
  options: HostDockerOptions & { readonly signal: AbortSignal },
): Promise<ImageRoute> {
  const { env, signal } = options;
  const profile = context.cluster ?? context.name;
  const answer = await readDockerEnv({ profile, env, signal });
  if (answer.docker) {
    const endpoint = await readDockerEndpoint(answer.docker);
    const words = `Docker of minikube profile ${profile} at ${answer.docker.host}`;
    return { words, endpoint, shell: `eval $(minikube -p ${profile} docker-env)` };
  }
  const { runtime, nodes } = answer;
  const docker = await findBuildDocker(context.name, runtime, options).catch((error: unknown) => {
    const builder = isMissing(error) ? builderOf(runtime) : undefined;
    if (builder) return builder;
    throw error;
  });
  if (typeof docker === 'string') return buildRoute(docker, { profile, runtime, nodes, env });
  const endpoint = await readDockerEndpoint(docker.address);
  const delivery = createMinikubeImageLoad({
    profile,
    nodes,
    endpoint,
    env: withDocker(env, docker.address),
  });
  return { words: loadWords(profile, runtime, docker), endpoint, delivery };
}

function isMissing(error: unknown): boolean {
  return error instanceof RockpoolError && error.failures.some(({ code }) => code === 'DOCKER_MISSING');
}

interface Profile {
  readonly profile: string;
  readonly runtime: string;
  readonly nodes?: number | undefined;
  readonly env: Readonly<NodeJS.ProcessEnv>;
}

function buildRoute(builder: NodeBuilder, { profile, runtime, nodes, env }: Profile): ImageRoute {
  const words =
    `built by minikube image build in the profile ${profile}, which runs ${runtime}, since there is no Docker on this machine; ` +
    'building into a profile of one node made by `minikube start --container-runtime=docker` takes a fraction of that time';
  const options = { profile, builder, nodes, env: minikubeEnvironment(env) };
  return { words, builder: createMinikubeImageBuild(options) };
}

function loadWords(
  profile: string,
  runtime: string,
  { address, found }: { readonly address: { readonly host: string }; readonly found: string },
): string {
  const why = runtime === 'docker' ? 'has several nodes' : `runs ${runtime}`;
  return (
    `built by Docker at ${address.host} (${found}), brought to the nodes by minikube image load, since the profile ${profile} ${why}; ` +
    'building straight into a profile of one node made by `minikube start --container-runtime=docker` takes a fraction of that time'
  );
}
