import { observePod, type RawPod } from '../deploy/observe-pod.ts';
import { type KubeClient, KubeError } from '../kube/kube-client.ts';
import { resourcePath } from '../kube/kube-path.ts';
import { reflect } from '../kube/reflector.ts';
import { RockpoolError } from '../session/failure.ts';
import type { WatchPods } from './follow-pods.ts';

export interface KubePodWatchOptions {
  readonly client: Pick<KubeClient, 'request' | 'stream'>;
  /** undefined for every namespace */
  readonly namespace?: string;
  readonly labelSelector?: string;
  /** Told when the apiserver stops answering; it is asked again until it does. */
  onLost(message: string): void;
}

/** A pod watch over the apiserver. Rejects with a RockpoolError of code PODS_REFUSED when it refuses to list them. */
export function createKubePodWatch(options: KubePodWatchOptions): WatchPods {
  const { client, namespace, labelSelector } = options;
  return async (listener, signal) => {
    const stop = new AbortController();
    let refused: RockpoolError | undefined;
    await reflect<RawPod>(
      {
        client,
        path: resourcePath(pods, namespace === undefined ? {} : { namespace }),
        ...(labelSelector === undefined ? {} : { labelSelector }),
        onUpsert: (pod) => listener.onUpsert(observePod(pod, '')),
        onDelete: (identity) => listener.onDelete(identity),
        onFound: () => listener.onListed(),
        onLost(error) {
          refused = refusal(error);
          if (refused === undefined) options.onLost(error.message);
          else stop.abort();
        },
      },
      AbortSignal.any([signal, stop.signal]),
    );
    if (refused !== undefined) throw refused;
  };
}

const pods = { group: '', version: 'v1', kind: 'Pod', plural: 'pods', namespaced: true };

/** Neither credentials nor a selector get better by asking again. */
function refusal(error: Error): RockpoolError | undefined {
  if (!(error instanceof KubeError) || ![400, 401, 403].includes(error.status.code)) return undefined;
  return new RockpoolError({
    code: 'PODS_REFUSED',
    subject: 'logs',
    message: `The apiserver refuses to list pods: ${error.message}`,
    hint: 'logs need the right to list and watch pods in this namespace, and a selector that kubectl takes, too',
    command: 'kubectl auth can-i list pods',
  });
}
