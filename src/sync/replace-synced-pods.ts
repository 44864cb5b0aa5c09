import { projectPods } from '../control/cluster-workloads.ts';
import { type KubeClient, KubeError } from '../kube/kube-client.ts';
import { resourcePath } from '../kube/kube-path.ts';
import type { PodObserved } from '../session/observed.ts';

export interface SyncedPlace {
  readonly client: Pick<KubeClient, 'request'>;
  readonly namespace: string;
  /** the project's name */
  readonly app: string;
  /** refs that the manifests were given */
  readonly refs: readonly string[];
  /** told of each pod, in words */
  tell(line: string): void;
}

const pods = { group: '', version: 'v1', plural: 'pods', namespaced: true };

/**
 * Deletes pods whose image is right and whose files are not: a session synced into them, and the apply changed nothing
 * for them. Their workloads make others. Rejects as KubeClient.request does.
 */
export async function replaceSyncedPods(place: SyncedPlace, signal: AbortSignal): Promise<void> {
  const found = await projectPods(place, signal);
  for (const { pod } of found.filter(({ pod: candidate }) => isSynced(candidate, place.refs))) {
    const { namespace, name, uid } = pod;
    const path = resourcePath(pods, { namespace, name });
    await deletePod(place, path, uid, signal);
    place.tell(`Pod/${name}  replaced: files of a session were synced into it`);
  }
}

function isSynced({ deleting, owner, containers }: PodObserved, refs: readonly string[]): boolean {
  if (deleting || owner === undefined) return false;
  return containers.some(({ synced, image }) => synced === true && refs.includes(image));
}

async function deletePod(place: SyncedPlace, path: string, uid: string, signal: AbortSignal): Promise<void> {
  try {
    await place.client.request({ method: 'DELETE', path, body: { preconditions: { uid } }, signal });
  } catch (error) {
    if (!(error instanceof KubeError && [404, 409].includes(error.status.code))) throw error;
  }
}
