import { type KubeClient, KubeError, KubeUnreachable } from '../kube/kube-client.ts';
import { resourcePath } from '../kube/kube-path.ts';
import type { Clock, PodWaker } from '../session/ports.ts';

const pods = { group: '', version: 'v1', plural: 'pods', namespaced: true };

/** When the kubelet was last told to look at a pod again, because an image that it lacked is there. */
const WOKEN = 'rockpool.dev/image-restored-at';

/**
 * Writes an annotation, for which the kubelet looks at the pod at once: an image that is there by now is taken, whatever
 * back-off there was (EnsureImageExists in pkg/kubelet/images/image_manager.go asks for the image first). The pod keeps
 * its address and its volumes; nothing has to own it.
 */
export function createKubePodWaker(client: Pick<KubeClient, 'request'>, clock: Pick<Clock, 'now'>): PodWaker {
  return {
    async wake(targets, signal) {
      for (const { namespace, name, uid } of targets) {
        const annotations = { [WOKEN]: new Date(clock.now()).toISOString() };
        const request = client.request({
          method: 'PATCH',
          path: resourcePath(pods, { namespace, name }),
          query: { fieldManager: 'rockpool' },
          body: { metadata: { uid, annotations } },
          contentType: 'application/merge-patch+json',
          signal,
        });
        await request.catch((error: unknown) => {
          signal.throwIfAborted();
          if (!(error instanceof KubeError || error instanceof KubeUnreachable)) throw error;
        });
      }
    },
  };
}
