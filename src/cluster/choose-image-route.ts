import { clusterLost } from '../deploy/cluster-lost.ts';
import { type KubeClient, KubeUnreachable } from '../kube/kube-client.ts';
import { type Failure, RockpoolError } from '../session/failure.ts';
import type { ClusterContext } from './cluster-context.ts';
import { readDockerEndpoint } from './docker-endpoint.ts';
import { withDocker } from './docker-variables.ts';
import { findBuildDocker, findHostDocker, type HostDocker, usesHostDocker } from './host-docker.ts';
import type { ImageDelivery, ImageRoute } from './image-delivery.ts';
import { createK3dImport } from './k3d-import.ts';
import { createKindLoad } from './kind-load.ts';
import { readLocalRegistry } from './local-registry.ts';
import { minikubeRoute } from './minikube-route.ts';
import { type Product, productOf } from './product-of.ts';
import { type ClusterNode, readNodes } from './read-nodes.ts';
import { createRegistryDelivery } from './registry-delivery.ts';
import { requireProgram } from './require-program.ts';

export interface ImageRouteOptions {
  readonly env: Readonly<NodeJS.ProcessEnv>;
  /** the user's home folder */
  readonly home: string;
  readonly signal: AbortSignal;
  /** what rockpool.yaml says: host[:port][/path] */
  readonly registry?: string | undefined;
  /** the cluster itself, which knows its nodes and its registry */
  readonly client: Pick<KubeClient, 'request'>;
}

/**
 * Finds out where images of a context are built and how they get to its nodes: asked of minikube by profile, of the
 * cluster's nodes, and of its ConfigMap `local-registry-hosting`. The first that fits:
 * 1. the Docker Engine that the nodes run from (a sandbox's own, minikube with the docker runtime, Docker Desktop and
 *    its like);
 * 2. a registry that the cluster names;
 * 3. the product's own loading (`minikube image load`, `kind load`, `k3d image import`), or where this machine has no
 *    Docker Engine, minikube's own building;
 * 4. `registry` of rockpool.yaml.
 * Nothing is assumed from DOCKER_HOST of a shell that points to another cluster. Rejects with a RockpoolError: CLUSTER_LOST, ROUTE_MISSING, TOOL_MISSING, and all of `readDockerEnv`, `findHostDocker` and `readDockerEndpoint`.
 */
export async function chooseImageRoute(
  context: ClusterContext,
  options: ImageRouteOptions,
): Promise<ImageRoute> {
  options.signal.throwIfAborted();
  if (context.docker !== undefined) return sandboxRoute(context.docker);
  if (context.minikube || context.name === 'minikube') return minikubeRoute(context, options);
  const isHost = usesHostDocker(context.name);
  try {
    const nodes = await readNodes(options.client, options.signal);
    if (!isHost || isContainerd(context, nodes)) return await deliveryRoute(context, nodes, options);
  } catch (error) {
    if (!(error instanceof KubeUnreachable)) throw error;
    // a product with a Docker Engine of its own is told by its name alone
    if (!isHost) throw clusterLost(error);
  }
  return hostRoute(context, options);
}

function sandboxRoute(socketPath: string): ImageRoute {
  return { words: `the sandbox, at ${socketPath}`, endpoint: { socketPath } };
}

/** Rancher Desktop and colima can be set to containerd, and their nodes say so; what Docker Desktop's say tells nothing. */
function isContainerd({ name }: ClusterContext, nodes: readonly ClusterNode[] | undefined): boolean {
  const isChosen = /^(rancher-desktop|colima(-.+)?)$/.test(name);
  return isChosen && nodes?.some(({ runtime }) => runtime.startsWith('containerd')) === true;
}

async function hostRoute(context: ClusterContext, options: ImageRouteOptions): Promise<ImageRoute> {
  const { address, found } = await findHostDocker(context.name, options);
  const endpoint = await readDockerEndpoint(address);
  return { words: `Docker of ${context.name} at ${address.host} (${found})`, endpoint };
}

async function deliveryRoute(
  context: ClusterContext,
  nodes: readonly ClusterNode[] | undefined,
  options: ImageRouteOptions,
): Promise<ImageRoute> {
  const { client, signal, registry } = options;
  const own = await readLocalRegistry(client, signal);
  const product = productOf(context, nodes);
  const given = registry === undefined ? undefined : { host: registry, nodeHost: registry };
  const target = own ?? (product.kind === 'other' ? given : undefined);
  if (!target && product.kind === 'other') throw new RockpoolError(routeMissing(context, nodes));
  const docker = await findBuildDocker(context.name, runtimeOf(nodes), options);
  const endpoint = await readDockerEndpoint(docker.address);
  const delivery = target
    ? createRegistryDelivery({ ...options, registry: target, endpoint })
    : await loading(product, docker, options);
  const whose = own ? ', the registry of the cluster' : target ? ' (registry in rockpool.yaml)' : '';
  return { words: deliveryWords(docker, `${delivery.way}${whose}`), endpoint, delivery };
}

async function loading(
  { kind, name }: Product,
  { address }: HostDocker,
  { env }: ImageRouteOptions,
): Promise<ImageDelivery> {
  const variables = withDocker(env, address);
  if (kind === 'kind') return createKindLoad(name, await requireProgram('kind', variables));
  return createK3dImport(name, await requireProgram('k3d', variables));
}

/** "built by Docker at unix:///var/run/docker.sock (default socket), brought to the nodes by kind load docker-image" */
function deliveryWords({ address, found }: HostDocker, way: string): string {
  return `built by Docker at ${address.host} (${found}), brought to the nodes by ${way}`;
}

function runtimeOf(nodes: readonly ClusterNode[] | undefined): string {
  return nodes?.[0]?.runtime.replace('://', ' ') || 'a runtime of their own';
}

function routeMissing({ name }: ClusterContext, nodes: readonly ClusterNode[] | undefined): Failure {
  const docker = DOCKER_WAY.find(({ names }) => names.test(name))?.hint;
  return {
    code: 'ROUTE_MISSING',
    subject: `context/${name}`,
    message:
      `The nodes of the context ${name} run containers with ${runtimeOf(nodes)}, into which rockpool has no way of its own to bring images. ` +
      'They can pull from a registry, but neither rockpool.yaml nor the cluster names one.',
    hint: `Add to rockpool.yaml a registry that this machine may push to and the nodes can pull from: registry: HOST[:PORT]/PATH.${docker ? ` ${docker}` : ''}`,
  };
}

/** Products that can be brought to run from a Docker Engine, or that come with a registry. */
const DOCKER_WAY: readonly { readonly names: RegExp; readonly hint: string }[] = [
  {
    names: /^rancher-desktop$/,
    hint: 'Quicker: choose dockerd (moby) as container engine in Rancher Desktop’s preferences; then nothing is copied.',
  },
  {
    names: /^colima/,
    hint: 'Quicker: a colima of its own with --runtime docker; then nothing is copied.',
  },
  {
    names: /^microk8s/,
    hint: 'microk8s has one: microk8s enable registry, then registry: localhost:32000.',
  },
];
