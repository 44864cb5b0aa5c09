import type { KubeClient } from './kube-client.ts';
import { resourcePath } from './kube-path.ts';

export interface PodLogRequest {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** go on with what is written from now on, until the container ends */
  readonly follow: boolean;
  /** RFC 3339; lines from that second on: the fraction does not count (tried on 1.36.3) */
  readonly sinceTime?: string;
  /** this many of the last lines; 0 for none */
  readonly tailLines?: number;
  /** the instance before this one */
  readonly previous?: boolean;
}

/**
 * The bytes of a container's log, each line led by its timestamp and a space. They are split anywhere, and read no
 * faster than they are taken. Rejects as KubeClient.stream does: KubeError 400 while the container waits to start (the
 * message says why), 404 when there is no such pod.
 */
export function openPodLog(
  client: Pick<KubeClient, 'stream'>,
  request: PodLogRequest,
  signal: AbortSignal,
): Promise<AsyncIterable<Uint8Array>> {
  const { namespace, pod, container, follow, sinceTime, tailLines, previous } = request;
  return client.stream({
    method: 'GET',
    path: resourcePath(pods, { namespace, name: pod, subresource: 'log' }),
    query: { container, follow, timestamps: true, sinceTime, tailLines, previous },
    // The kubelet answers with the container's first line, headers included.
    ...(follow ? { timeout: 0 } : {}),
    signal,
  });
}

const pods = { group: '', version: 'v1', plural: 'pods', namespaced: true };
