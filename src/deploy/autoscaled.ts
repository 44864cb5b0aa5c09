import { builtinKinds } from '../kube/builtin-kinds.ts';
import { type KubeClient, KubeError } from '../kube/kube-client.ts';
import type { KubeObject } from '../kube/kube-object.ts';
import { resourcePath } from '../kube/kube-path.ts';
import { hasField } from './field-set.ts';
import { FIELD_MANAGER } from './labels.ts';
import { appliedFieldsOf } from './managed-fields.ts';
import { groupOf, type Manifest, updateAt, valueAt } from './manifest.ts';
import { withoutReplicas } from './resolve-conflict.ts';

/** Which workloads an HorizontalPodAutoscaler scales. */
export type Autoscaled = ReadonlySet<string>;

/**
 * The workloads that are scaled by an HPA of the manifests or of the cluster. The cluster is asked only for namespaces
 * in which a workload of the run says how many it wants; where it refuses, it counts as having none.
 * @param all the project's manifests @param todo those that are applied now
 */
export async function findAutoscaled(
  all: readonly Manifest[],
  todo: readonly Manifest[],
  { client, signal }: { readonly client: Pick<KubeClient, 'request'>; readonly signal: AbortSignal },
): Promise<Autoscaled> {
  const counting = todo.filter((manifest) => valueAt(manifest, ['spec', 'replicas']) !== undefined);
  const namespaces = new Set(counting.flatMap(({ metadata }) => metadata.namespace ?? []));
  const lists = await Promise.all([...namespaces].map((namespace) => listed(client, namespace, signal)));
  const own = all.filter(({ kind, apiVersion }) => kind === HPA && groupOf(apiVersion) === 'autoscaling');
  return new Set([...own, ...lists.flat()].map(targetOf));
}

/**
 * A workload without its own count if an HPA has it: what is there stays. If the count there is still the one that
 * rockpool applied, it is sent as it is, since leaving it out would take it out. Pure.
 * @param live the workload as it is; a first one is made with its own count
 */
export function leaveCountToHpa(
  manifest: Manifest,
  live: KubeObject | undefined,
  autoscaled: Autoscaled,
): Manifest {
  const { namespace = '', name } = manifest.metadata;
  const isScaled = autoscaled.has([groupOf(manifest.apiVersion), manifest.kind, namespace, name].join('/'));
  const own = valueAt(manifest, ['spec', 'replicas']);
  if (!live || !isScaled || own === undefined) return manifest;
  const path = ['spec', 'replicas'];
  const isApplied = hasField(appliedFieldsOf(live, FIELD_MANAGER), path);
  return isApplied ? updateAt(manifest, path, () => valueAt(live, path)) : withoutReplicas(manifest);
}

const HPA = 'HorizontalPodAutoscaler';

async function listed(
  client: Pick<KubeClient, 'request'>,
  namespace: string,
  signal: AbortSignal,
): Promise<readonly KubeObject[]> {
  const type = builtinKinds.findLast(({ kind }) => kind === HPA);
  if (!type) return [];
  try {
    const path = resourcePath(type, { namespace });
    const { body } = await client.request<{ items?: readonly KubeObject[] }>({ method: 'GET', path, signal });
    return body.items ?? [];
  } catch (error) {
    if (error instanceof KubeError) return [];
    throw error;
  }
}

/** `group/Kind/namespace/name` */
function targetOf(hpa: Manifest | KubeObject): string {
  const { apiVersion, kind, name } = (valueAt(hpa, ['spec', 'scaleTargetRef']) ?? {}) as Partial<
    Record<string, string>
  >;
  return [groupOf(apiVersion ?? ''), kind, hpa.metadata?.namespace ?? '', name].join('/');
}
