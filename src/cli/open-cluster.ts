import { homedir } from 'node:os';
import type { DockerAddress, DockerDaemon } from '../build/docker-daemon.ts';
import type { ClusterContext } from '../cluster/cluster-context.ts';
import type { ImageDelivery } from '../cluster/image-delivery.ts';
import type { Config } from '../config/config.ts';
import type { KubeClient, KubeConnections } from '../kube/kube-client.ts';
import { type Failure, RockpoolError } from '../session/failure.ts';
import type { ProjectOptions } from './program.ts';

/** Where images are built, and how they get to the nodes. */
export interface ClusterDocker {
  readonly daemon: DockerDaemon;
  readonly words: string;
  /** the Docker Engine's; absent: images are built without one */
  readonly endpoint?: DockerAddress | undefined;
  /** absent: the nodes run images straight from that daemon */
  readonly delivery?: ImageDelivery | undefined;
}

/** A Docker daemon that nobody needs to look for. */
export interface OwnDocker {
  readonly address: DockerAddress;
  readonly words: string;
  /** Has what is worth a word told to somebody else than the terminal, from now on. */
  onNotice(tell: (failure: Failure) => void): void;
}

/** The cluster of a command, frozen: another terminal's `kubectl config use-context` does not redirect it. */
export interface Cluster {
  readonly client: KubeClient & KubeConnections;
  readonly context: string;
  /** what was judged when it was asked whether it may be touched */
  readonly target: ClusterContext;
  readonly namespace: string;
  /** The daemon that images are built into, and how they get to the nodes. Found out anew with each call. */
  docker(signal: AbortSignal): Promise<ClusterDocker>;
  close(): Promise<void>;
}

/**
 * Opens the cluster that the kubeconfig and the options mean, after asking whether it may be touched: before that,
 * nothing is sent to it. Rejects with a RockpoolError, of exit code 3 when the context is refused.
 * @param config what rockpool.yaml says; a command that only reads may read any cluster that the user may
 * @param own the Docker daemon that the nodes run from, where that need not be found out
 */
export async function openCluster(
  options: Pick<ProjectOptions, 'context' | 'namespace' | 'kubeconfig'>,
  config: Pick<Config, 'contexts' | 'namespace' | 'registry'> | 'read-only',
  own?: OwnDocker,
): Promise<Cluster> {
  const [
    { loadKubeConfig },
    { selectContext },
    { freezeContext },
    { toClusterContext },
    { guardContext },
    { guardMinikube },
  ] = await Promise.all([
    import('../kube/kubeconfig.ts'),
    import('../kube/select-context.ts'),
    import('../kube/freeze-context.ts'),
    import('../cluster/to-cluster-context.ts'),
    import('../cluster/guard-context.ts'),
    import('../cluster/guard-minikube.ts'),
  ]);
  const { kubeconfig } = options;
  const loaded = await loadKubeConfig({
    env: process.env,
    ...(kubeconfig === undefined ? {} : { path: kubeconfig }),
  });
  const frozen = await freezeContext(loaded, selectContext(loaded, options.context).name);
  const cluster = toClusterContext(frozen);
  const { contexts, namespace, registry }: Pick<Config, 'contexts' | 'namespace' | 'registry'> =
    config === 'read-only' ? { contexts: [cluster.name] } : config;
  guardContext(cluster, contexts);
  await guardMinikube(cluster, { contexts, ca: frozen.ca, env: process.env, home: homedir() });
  const { createUndiciKubeClient } = await import('../kube/undici-kube-client.ts');
  const client = await createUndiciKubeClient(loaded, frozen.name);
  const daemons: DockerDaemon[] = [];
  return {
    client,
    context: frozen.name,
    target: cluster,
    namespace: options.namespace ?? namespace ?? frozen.namespace,
    docker: async (signal) => {
      const [{ chooseImageRoute }, { createDockerDaemon }, { createReopeningDaemon }] = await Promise.all([
        import('../cluster/choose-image-route.ts'),
        import('../build/dockerode-daemon.ts'),
        import('../build/reopening-daemon.ts'),
      ]);
      if (own) {
        // no other program can build there, and no command line of docker
        const daemon = { ...createDockerDaemon(own.address), address: undefined };
        daemons.push(daemon);
        return { daemon, words: own.words, endpoint: own.address };
      }
      const route = (until: AbortSignal) =>
        chooseImageRoute(cluster, { env: process.env, home: homedir(), signal: until, registry, client });
      const { words, endpoint, builder, delivery, shell } = await route(signal);
      const daemon =
        builder ??
        createReopeningDaemon({
          first: createDockerDaemon(endpoint),
          shell,
          reopen: async (until) => {
            const found = await route(until);
            if (found.endpoint) return createDockerDaemon(found.endpoint);
            // what is built otherwise needs no delivery, and this session has one
            throw new RockpoolError(engineGone(cluster.name));
          },
          now: () => performance.now(),
        });
      daemons.push(daemon);
      return { daemon, words, endpoint, delivery };
    },
    close: async () => {
      for (const daemon of daemons) daemon.close();
      await client.close();
    },
  };
}

function engineGone(context: string): Failure {
  return {
    code: 'DOCKER_MISSING',
    subject: `context/${context}`,
    message: 'The Docker Engine of this machine that images are built into is not there any more.',
    hint: 'Start it again, or start the session anew: it builds without one then, if the cluster can.',
  };
}
