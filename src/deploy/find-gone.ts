import pLimit from 'p-limit';
import type { Discovery } from '../kube/discovery.ts';
import { type KubeClient, KubeError, KubeUnreachable } from '../kube/kube-client.ts';
import { getResource } from '../kube/resources.ts';
import { RockpoolError } from '../session/failure.ts';
import type { Manifest } from './manifest.ts';

/** Requests under way at once, as for applying. */
const PARALLEL = 8;

/**
 * Which of the resources the cluster has no more. What cannot be looked up, because the apiserver refuses or does not
 * answer, counts as there: that is no failure of a deploy. Rejects only when the signal fires.
 */
export async function findGone<T extends { readonly manifest: Manifest }>(
  resources: readonly T[],
  options: {
    readonly client: Pick<KubeClient, 'request'>;
    readonly discovery: Discovery;
    readonly signal: AbortSignal;
  },
): Promise<readonly T[]> {
  const { client, discovery, signal } = options;
  const limit = pLimit(PARALLEL);
  let answers = true;
  const isGone = async ({ manifest }: T): Promise<boolean> => {
    if (!answers) return false;
    signal.throwIfAborted();
    try {
      const type = await discovery.find(manifest.apiVersion, manifest.kind, { signal });
      const { name, namespace } = manifest.metadata;
      const place = { name, ...(namespace === undefined ? {} : { namespace }) };
      return (await getResource(client, type, place, signal)) === undefined;
    } catch (error) {
      signal.throwIfAborted();
      // Waiting for each of many timeouts would hold up the next deploy.
      if (error instanceof KubeUnreachable) answers = false;
      if (error instanceof RockpoolError) return error.failures[0]?.code === 'UNKNOWN_KIND';
      if (error instanceof KubeError || error instanceof KubeUnreachable) return false;
      throw error;
    }
  };
  const gone = await Promise.all(resources.map((resource) => limit(() => isGone(resource))));
  return resources.filter((_, index) => gone[index]);
}
