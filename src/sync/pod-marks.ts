import { once } from 'node:events';
import { type KubeClient, KubeError, KubeUnreachable } from '../kube/kube-client.ts';
import { resourcePath } from '../kube/kube-path.ts';
import { RockpoolError } from '../session/failure.ts';
import type { PodObserved } from '../session/observed.ts';
import type { Clock } from '../session/ports.ts';

/**
 * Annotation `synced.rockpool.dev/<container>`: the id of the instance that files were written into. A later session
 * sees by it that the container does not hold what its image says.
 */
export const SYNCED = 'synced.rockpool.dev/';

const pods = { group: '', version: 'v1', plural: 'pods', namespaced: true };
/** ms until a pod that could not be deleted is tried again */
const AGAIN = 3000;

export interface MarkedTarget {
  readonly namespace: string;
  readonly pod: string;
  readonly uid: string;
  readonly container: string;
  readonly containerId: string;
}

/** Says on pods that files were written into them, and has such pods replaced. */
export function createPodMarks(client: Pick<KubeClient, 'request'>, clock: Clock) {
  const marked = new Set<string>();
  return {
    /** Before the first file is written into a container instance. Rejects as KubeClient.request does. */
    async mark(target: MarkedTarget, signal: AbortSignal): Promise<void> {
      const { namespace, pod, uid, container, containerId } = target;
      if (marked.has(containerId)) return;
      const annotations = { [`${SYNCED}${container}`]: containerId };
      await client.request({
        method: 'PATCH',
        path: resourcePath(pods, { namespace, name: pod }),
        query: { fieldManager: 'rockpool' },
        body: { metadata: { uid, annotations } },
        contentType: 'application/merge-patch+json',
        signal,
      });
      marked.add(containerId);
    },
    /** Deletes a pod, and ends with the signal: its workload makes another one. */
    async renew({ namespace, name, uid }: PodObserved, signal: AbortSignal): Promise<void> {
      const path = resourcePath(pods, { namespace, name });
      for (;;) {
        const body = { preconditions: { uid } };
        const isAsked = await client.request({ method: 'DELETE', path, body, signal }).then(
          () => true,
          (error: unknown) => {
            signal.throwIfAborted();
            if (error instanceof KubeError) return [404, 409].includes(error.status.code);
            if (error instanceof KubeUnreachable) return false;
            throw error;
          },
        );
        if (!isAsked) await clock.sleep(AGAIN, signal);
        else if (!signal.aborted) await once(signal, 'abort');
        signal.throwIfAborted();
      }
    },
    /** A refusal of the apiserver, or its absence, as a failure of the image; any other error as it is. */
    expected(error: unknown, image: string): unknown {
      if (!(error instanceof KubeError || error instanceof KubeUnreachable)) return error;
      const message = `Files could not be synced: ${error.message}`;
      const hint = 'The image is built instead.';
      return new RockpoolError(
        { code: 'SYNC_FAILED', subject: `image/${image}`, message, hint },
        { cause: error },
      );
    },
  };
}
