import type { Config } from '../config/config.ts';
import { readScope } from '../deploy/apply-set.ts';
import { clusterLost } from '../deploy/cluster-lost.ts';
import { createGitFacts } from '../deploy/git-facts.ts';
import { readParent } from '../deploy/inventory-parent.ts';
import { type RenderedResource, renderManifests } from '../deploy/render.ts';
import { KubeError, KubeUnreachable } from '../kube/kube-client.ts';
import { type Failure, RockpoolError } from '../session/failure.ts';
import type { Cluster } from './open-cluster.ts';

/** Where the objects of a project are. */
export interface AppPlaceFound {
  /** the session's first */
  readonly namespaces: readonly string[];
  /** none when the manifests do not render */
  readonly resources: readonly RenderedResource[];
  /** why they do not */
  readonly failures: readonly Failure[];
}

/**
 * The session's namespace, those that the manifests name as far as they render, and those that were applied to: ending
 * needs no valid manifests. Rejects with a RockpoolError of code CLUSTER_LOST.
 */
export async function appPlace(
  config: Config,
  cluster: Pick<Cluster, 'client' | 'namespace'>,
  signal: AbortSignal,
): Promise<AppPlaceFound> {
  const { namespace } = cluster;
  const applied = await appliedNamespaces(config.name, cluster, signal);
  try {
    const request = { config, namespace, refs: {}, git: createGitFacts(config.root) };
    const { resources } = await renderManifests(request, signal);
    const named = resources.flatMap(({ manifest }) => manifest.metadata.namespace ?? []);
    return { namespaces: [...new Set([namespace, ...named, ...applied])], resources, failures: [] };
  } catch (error) {
    if (!(error instanceof RockpoolError)) throw error;
    return {
      namespaces: [...new Set([namespace, ...applied])],
      resources: [],
      failures: error.failures,
    };
  }
}

/** None where it may not be looked up. */
async function appliedNamespaces(
  app: string,
  { client, namespace }: Pick<Cluster, 'client' | 'namespace'>,
  signal: AbortSignal,
): Promise<readonly string[]> {
  try {
    const parent = await readParent({ client, app, namespace, signal });
    return readScope(parent?.metadata?.annotations).namespaces;
  } catch (error) {
    if (error instanceof KubeUnreachable) throw clusterLost(error);
    if (error instanceof KubeError) return [];
    throw error;
  }
}
