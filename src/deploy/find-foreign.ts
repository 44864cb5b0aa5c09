import pLimit from 'p-limit';
import type { Discovery } from '../kube/discovery.ts';
import { type KubeClient, KubeError, KubeUnreachable } from '../kube/kube-client.ts';
import { getResource } from '../kube/resources.ts';
import { RockpoolError } from '../session/failure.ts';
import type { Manifest } from './manifest.ts';
import type { ForeignObject } from './not-ours.ts';
import { placeOf } from './object-place.ts';
import { ownerOf } from './ownership.ts';

/** Requests under way at once, as for applying. */
const PARALLEL = 8;

/**
 * Which objects of the manifests are in the cluster and not the project's. What cannot be looked up counts as the
 * project's: an apply tells why. Rejects only when the signal fires.
 */
export async function findForeign(
  resources: readonly { readonly key: string; readonly manifest: Manifest }[],
  options: {
    readonly client: Pick<KubeClient, 'request'>;
    readonly discovery: Discovery;
    /** name of the project */
    readonly app: string;
    readonly signal: AbortSignal;
  },
): Promise<readonly ForeignObject[]> {
  const { client, discovery, app, signal } = options;
  const limit = pLimit(PARALLEL);
  let answers = true;
  const look = async ({ key, manifest }: (typeof resources)[number]): Promise<readonly ForeignObject[]> => {
    if (!answers) return [];
    signal.throwIfAborted();
    try {
      const type = await discovery.find(manifest.apiVersion, manifest.kind, { signal });
      const live = await getResource(client, type, placeOf(manifest), signal);
      // What is being deleted is waited for.
      if (live?.metadata?.deletionTimestamp !== undefined) return [];
      const owner = ownerOf(live, app);
      return owner.kind === 'app' || owner.kind === 'others' ? [{ key, owner }] : [];
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof KubeUnreachable) answers = false;
      else if (!(error instanceof KubeError || error instanceof RockpoolError)) throw error;
      return [];
    }
  };
  return (await Promise.all(resources.map((resource) => limit(() => look(resource))))).flat();
}
