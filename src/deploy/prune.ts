import pLimit from 'p-limit';
import { type KubeClient, KubeError, KubeUnreachable } from '../kube/kube-client.ts';
import { resourcePath } from '../kube/kube-path.ts';
import { deleteResource, getResource } from '../kube/resources.ts';
import { type Failure, RockpoolError } from '../session/failure.ts';
import type { Emit } from '../session/ports.ts';
import { answeredInventory } from './answered-inventory.ts';
import { inApplyOrder } from './apply-order.ts';
import { clusterLost } from './cluster-lost.ts';
import { type InventoryMember, type InventoryOptions, readInventory } from './inventory.ts';
import { shrinkInventory } from './inventory-parent.ts';
import { keepClaims } from './keep-claims.ts';
import { groupOf, isMap, type Manifest, valueAt } from './manifest.ts';
import { releaseAdopted } from './release-adopted.ts';

export interface PruneOptions extends InventoryOptions {
  readonly generation: number;
  readonly emit: Emit;
}

interface Pruned {
  readonly outcome: 'deleted' | 'kept';
  readonly reason?: string;
}

/** Requests under way at once, as for applying. */
const PARALLEL = 8;
const KEEPS_DATA = new Set(['PersistentVolumeClaim', 'PersistentVolume', 'Namespace']);

const NOTHING_DELETED = 'nothing was deleted; it is tried again with the next deploy';

/**
 * Deletes what earlier applies of the project left and the manifests no longer have, last applied first, and emits
 * `resource.pruned` for each. Volume claims (those of StatefulSets too), volumes, namespaces and CRDs that have objects stay, adopted objects are
 * given back. Without any manifest nothing is deleted. Rejects with a RockpoolError that holds every failure
 * (DELETE_FAILED), after all that could be deleted was.
 */
export async function prune(wanted: readonly Manifest[], options: PruneOptions): Promise<void> {
  const { emit, generation, signal } = options;
  const present = new Set(wanted.map(identity));
  const members = await answeredInventory(() => readInventory(options), NOTHING_DELETED);
  const stale = members.filter((member) => !present.has(identity(asManifest(member))));
  const limit = pLimit(PARALLEL);
  const failures: Failure[] = [];
  const left: Manifest[] = [...wanted];
  const pruneOne = async ({ member, manifest }: { member: InventoryMember; manifest: Manifest }) => {
    signal.throwIfAborted();
    try {
      const result = wanted.length === 0 ? NOTHING_LEFT : await pruneMember(member, options);
      if (result.outcome === 'kept' && !member.adopted) left.push(manifest);
      emit({ type: 'resource.pruned', generation, key: member.key, ...result });
    } catch (error) {
      signal.throwIfAborted();
      failures.push(failureOf(error, member));
    }
  };
  const items = stale.map((member) => ({ member, manifest: asManifest(member) }));
  for (const group of inApplyOrder(items).toReversed()) {
    await Promise.all(group.map((item) => limit(() => pruneOne(item))));
  }
  if (failures.length > 0) throw new RockpoolError(failures);
  await answeredInventory(() => shrinkInventory(left, options), NOTHING_DELETED);
}

/** An empty folder or a pattern that matches nothing must not take everything away. */
const NOTHING_LEFT: Pruned = {
  outcome: 'kept',
  reason: 'there are no manifests at all: `rockpool down` deletes what was applied',
};

async function pruneMember(member: InventoryMember, options: PruneOptions): Promise<Pruned> {
  const { client, discovery, signal } = options;
  const { kind, name, namespace, apiVersion, uid } = member;
  const command = `kubectl delete ${kind.toLowerCase()} ${name}${namespace === undefined ? '' : ` -n ${namespace}`}`;
  if (member.adopted) {
    await releaseAdopted(member, options);
    return { outcome: 'kept', reason: 'made by others: given back as it was' };
  }
  if (KEEPS_DATA.has(kind)) return { outcome: 'kept', reason: `no longer in the manifests: ${command}` };
  const type = await discovery.find(apiVersion, kind, { signal });
  const place = { name, ...(namespace === undefined ? {} : { namespace }) };
  if (kind === 'CustomResourceDefinition' && (await hasObjects(client, resourcePath(type, place), signal))) {
    return { outcome: 'kept', reason: `there are objects of its kind, which would go with it: ${command}` };
  }
  const set = kind === 'StatefulSet' ? await getResource(client, type, place, signal) : undefined;
  if (set) await keepClaims(set, type, options);
  await deleteResource(client, type, place, { uid, signal });
  return { outcome: 'deleted' };
}

/** @param path of the CRD */
async function hasObjects(
  client: Pick<KubeClient, 'request'>,
  path: string,
  signal: AbortSignal,
): Promise<boolean> {
  const { body: crd } = await client.request<unknown>({ method: 'GET', path, signal });
  const group = valueAt(crd, ['spec', 'group']);
  const plural = valueAt(crd, ['spec', 'names', 'plural']);
  const versions = valueAt(crd, ['spec', 'versions']);
  const served = Array.isArray(versions)
    ? versions.find((version) => isMap(version) && version.served)
    : undefined;
  if (served === undefined) return false;
  const list = `/apis/${group}/${(served as { name: string }).name}/${plural}`;
  const { body } = await client.request<{ items?: readonly unknown[] }>({
    method: 'GET',
    path: list,
    query: { limit: 1 },
    signal,
  });
  return (body.items ?? []).length > 0;
}

function failureOf(error: unknown, { key, kind, name }: InventoryMember): Failure {
  if (error instanceof KubeUnreachable) throw clusterLost(error);
  if (error instanceof RockpoolError && error.failures[0]) return error.failures[0];
  if (!(error instanceof KubeError)) throw error;
  return {
    code: 'DELETE_FAILED',
    subject: key,
    message: `${kind} ${name} is no longer in the manifests and cannot be deleted: ${error.status.message}`,
    hint: 'it is tried again with the next deploy; `rockpool down` deletes it, too',
  };
}

function asManifest({ apiVersion, kind, name, namespace }: InventoryMember): Manifest {
  return { apiVersion, kind, metadata: { name, ...(namespace === undefined ? {} : { namespace }) } };
}

/** The version of a kind says nothing of which object it is. */
function identity({ apiVersion, kind, metadata }: Manifest): string {
  return `${groupOf(apiVersion)}/${kind}/${metadata.namespace ?? ''}/${metadata.name}`;
}
