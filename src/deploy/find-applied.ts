import pLimit from 'p-limit';
import { KubeError, KubeUnreachable } from '../kube/kube-client.ts';
import type { KubeObject } from '../kube/kube-object.ts';
import { apiVersionOf, type ResourceType } from '../kube/kube-path.ts';
import { listResources } from '../kube/list-resources.ts';
import { servedTypes } from '../kube/served-types.ts';
import { RockpoolError } from '../session/failure.ts';
import { type AppPlace, controllerOf } from './app-workloads.ts';
import { clusterLost } from './cluster-lost.ts';
import type { DeleteTarget } from './delete-target.ts';
import { APP_LABEL, FIELD_MANAGER } from './labels.ts';
import { groupOf, type Manifest, resourceKey } from './manifest.ts';

/** Lists under way at once. */
const PARALLEL = 8;
/** Written by controllers in great numbers, and gone by themselves. */
const PASSING = new Set(['Event', 'EndpointSlice', 'Endpoints']);

/**
 * What the project applied in its namespaces, whatever the manifests say now: everything that carries its label and was
 * applied by rockpool. What controllers made of it, such as ReplicaSets, goes with it. Kinds that the user may not list
 * have none. Rejects with a RockpoolError of code CLUSTER_LOST or FORBIDDEN.
 */
export async function findApplied(place: AppPlace): Promise<readonly DeleteTarget[]> {
  try {
    const types = await servedTypes(place.client, place.signal);
    const limit = pLimit(PARALLEL);
    const lists = types
      .filter(({ kind }) => !PASSING.has(kind))
      .flatMap((type) => place.namespaces.map((namespace) => limit(() => list(place, type, namespace))));
    return (await Promise.all(lists)).flat();
  } catch (error) {
    if (error instanceof KubeUnreachable) throw clusterLost(error);
    if (!(error instanceof KubeError)) throw error;
    throw new RockpoolError(
      {
        code: 'FORBIDDEN',
        subject: 'cluster',
        message: `the kinds of the cluster cannot be read: ${error.message}`,
      },
      { cause: error },
    );
  }
}

/** The manifests' objects and those that were found, each once. Pure. */
export function united(
  rendered: readonly DeleteTarget[],
  found: readonly DeleteTarget[],
): readonly DeleteTarget[] {
  const identity = ({ key, manifest }: DeleteTarget) => `${groupOf(manifest.apiVersion)}/${key}`;
  const known = new Set(rendered.map(identity));
  return [...rendered, ...found.filter((target) => !known.has(identity(target)))];
}

async function list(
  place: AppPlace,
  type: ResourceType,
  namespace: string,
): Promise<readonly DeleteTarget[]> {
  const selection = { namespace, labelSelector: `${APP_LABEL}=${place.app}` };
  try {
    const objects = await listResources(place.client, type, selection, place.signal);
    return objects.filter(isApplied).map((object) => toTarget(object, type));
  } catch (error) {
    if (error instanceof KubeError) return [];
    throw error;
  }
}

/** Labels are copied to what controllers make; fields that rockpool applied are not. */
function isApplied(object: KubeObject): boolean {
  const entries = object.metadata?.['managedFields'];
  if (controllerOf(object) !== undefined || !Array.isArray(entries)) return false;
  return entries.some(({ manager, operation }) => manager === FIELD_MANAGER && operation === 'Apply');
}

function toTarget(object: KubeObject, type: ResourceType): DeleteTarget {
  const manifest: Manifest = {
    ...object,
    apiVersion: apiVersionOf(type),
    kind: type.kind,
    metadata: { ...object.metadata, name: object.metadata?.name ?? '' },
  };
  return { key: resourceKey(manifest), manifest };
}
