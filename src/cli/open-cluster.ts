import { homedir } from 'node:os';
import type { DockerDaemon } from '../build/docker-daemon.ts';
import type { KubeClient, KubeConnections } from '../kube/kube-client.ts';
import type { ProjectOptions } from './program.ts';

/** The cluster of a command, frozen: another terminal's `kubectl config use-context` does not redirect it. */
export interface Cluster {
  readonly client: KubeClient & KubeConnections;
  readonly context: string;
  readonly namespace: string;
  /** The daemon that the nodes run images from, and how it is reached in words. Asked of minikube when first needed. */
  docker(signal: AbortSignal): Promise<{ readonly daemon: DockerDaemon; readonly words: string }>;
  close(): Promise<void>;
}

/**
 * Opens the cluster that the kubeconfig and the options mean, after asking whether it may be touched: before that,
 * nothing is sent to it. Rejects with a RockpoolError, of exit code 3 when the context is refused.
 * @param config what rockpool.yaml says; a command that only reads may read any cluster that the user may
 */
export async function openCluster(
  options: Pick<ProjectOptions, 'context' | 'namespace' | 'kubeconfig'>,
  config: { readonly contexts: readonly string[]; readonly namespace?: string } | 'read-only',
): Promise<Cluster> {
  const [{ loadKubeConfig }, { selectContext }, { freezeContext }, { toClusterContext }, { guardContext }] =
    await Promise.all([
      import('../kube/kubeconfig.ts'),
      import('../kube/select-context.ts'),
      import('../kube/freeze-context.ts'),
      import('../cluster/to-cluster-context.ts'),
      import('../cluster/guard-context.ts'),
    ]);
  const { kubeconfig } = options;
  const loaded = await loadKubeConfig({
    env: process.env,
    ...(kubeconfig === undefined ? {} : { path: kubeconfig }),
  });
  const frozen = await freezeContext(loaded, selectContext(loaded, options.context).name);
  const cluster = toClusterContext(frozen);
  const { contexts, namespace } = config === 'read-only' ? { contexts: [cluster.name] } : config;
  guardContext(cluster, contexts);
  const { createUndiciKubeClient } = await import('../kube/undici-kube-client.ts');
  const client = await createUndiciKubeClient(loaded, frozen.name);
  const daemons: DockerDaemon[] = [];
  return {
    client,
    context: frozen.name,
    namespace: options.namespace ?? namespace ?? frozen.namespace,
    docker: async (signal) => {
      const [{ chooseImageRoute }, { createDockerDaemon }, { createReopeningDaemon }] = await Promise.all([
        import('../cluster/choose-image-route.ts'),
        import('../build/dockerode-daemon.ts'),
        import('../build/reopening-daemon.ts'),
      ]);
      const route = (until: AbortSignal) =>
        chooseImageRoute(cluster, { env: process.env, home: homedir(), signal: until });
      const { words, endpoint } = await route(signal);
      const daemon = createReopeningDaemon({
        first: createDockerDaemon(endpoint),
        reopen: async (until) => createDockerDaemon((await route(until)).endpoint),
        now: () => performance.now(),
      });
      daemons.push(daemon);
      return { daemon, words };
    },
    close: async () => {
      for (const daemon of daemons) daemon.close();
      await client.close();
    },
  };
}
