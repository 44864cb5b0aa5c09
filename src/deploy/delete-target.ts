import { setTimeout as sleep } from 'node:timers/promises';
import type { Discovery } from '../kube/discovery.ts';
import type { KubeClient } from '../kube/kube-client.ts';
import type { KubeObject } from '../kube/kube-object.ts';
import type { ResourceType } from '../kube/kube-path.ts';
import { listResources } from '../kube/list-resources.ts';
import { deleteResource, getResource, type ResourceName } from '../kube/resources.ts';
import { RockpoolError } from '../session/failure.ts';
import type { ResourceKey } from '../session/observed.ts';
import { setId } from './apply-set.ts';
import { keepClaims } from './keep-claims.ts';
import { APP_LABEL, PART_OF_LABEL } from './labels.ts';
import { isApplied } from './managed-fields.ts';
import { type Manifest, valueAt } from './manifest.ts';
import { ownerOf } from './ownership.ts';
import { releaseAdopted } from './release-adopted.ts';
import { claimsOf, type SetClaim } from './volume-claims.ts';

/** An object to delete: of its manifest no more is looked at than what names it, and a StatefulSet's volume claims. */
export interface DeleteTarget {
  readonly key: ResourceKey;
  readonly manifest: Manifest;
}

export interface DeleteOptions {
  readonly client: Pick<KubeClient, 'request'>;
  readonly discovery: Discovery;
  /** name of the project: only what carries it in its label is deleted */
  readonly app: string;
  /** volumes go too, those that StatefulSets made included */
  readonly volumes?: boolean;
  /** the session's, which has the record of how adopted objects were */
  readonly namespace: string;
  /** what others made before goes too, instead of being given back */
  readonly adopted?: boolean;
  /** nothing is deleted: the outcome is what it would be */
  readonly dryRun?: boolean;
  readonly signal: AbortSignal;
}

/**
 * kept: data, or a namespace; foreign: not applied by this project; released: given back to those who made it;
 * unrecorded: so too, but with its values as they are now, since the record of the former ones is gone; needed: a kind
 * of which others have objects; unsure: a volume claim that others may have made; lost: one that went by somebody else;
 * shared: an apply of the project from another namespace has it.
 */
export type DeleteOutcome =
  | 'deleted'
  | 'absent'
  | 'kept'
  | 'foreign'
  | 'released'
  | 'unrecorded'
  | 'needed'
  | 'unsure'
  | 'shared'
  | 'lost';

export interface DeletedTarget {
  readonly outcome: DeleteOutcome;
  /** volume claims of a StatefulSet; they are still there */
  readonly claims: readonly SetClaim[];
}

/** What holds data. */
const DATA = new Set(['PersistentVolumeClaim', 'PersistentVolume']);
/** ms until an object that does not go is reported with what holds it: longer than any grace period people set */
export const PATIENCE = 120_000;
/** ms between two looks */
const AGAIN = 200;

/** An object is still there long after it was deleted. */
export class StuckError extends Error {
  readonly finalizers: readonly string[];

  constructor(finalizers: readonly string[]) {
    super('still there');
    this.finalizers = finalizers;
  }
}

/**
 * Deletes one object if it may be deleted, and waits until it is gone with what depends on it. Rejects as
 * KubeClient.request does, and with a StuckError.
 */
export async function deleteTarget(
  { manifest }: DeleteTarget,
  options: DeleteOptions,
): Promise<DeletedTarget> {
  const { client, discovery, app, signal } = options;
  const type = await discovery.find(manifest.apiVersion, manifest.kind, { signal }).catch(absentKind);
  if (!type) return { outcome: 'absent', claims: [] };
  const { name, namespace } = manifest.metadata;
  const place = { name, ...(namespace === undefined ? {} : { namespace }) };
  const found = await getResource(client, type, place, signal);
  const isOurs = found?.metadata?.labels?.[APP_LABEL] === app && isApplied(found);
  if (found && !isOurs) return { outcome: 'foreign', claims: [] };
  if (found && isOfOtherSet(found, options)) return { outcome: 'shared', claims: [] };
  const claims = type.kind === 'StatefulSet' ? await claimsOf(found ?? manifest, options) : [];
  if (!found) return { outcome: 'absent', claims };
  if (ownerOf(found, app).kind === 'adopted' && !options.adopted) {
    const target = { ...place, apiVersion: manifest.apiVersion, kind: manifest.kind };
    return { outcome: options.dryRun ? 'released' : await releaseAdopted(target, options), claims: [] };
  }
  const kept = await whyKept(found, type, options);
  if (kept) return { outcome: kept, claims: [] };
  if (type.kind === 'StatefulSet' && !options.dryRun) await keepClaims(found, type, options);
  await deleteFound(found, type, options);
  return { outcome: 'deleted', claims };
}

/** Deletes an object whatever it is, and waits until it is gone. Rejects as deleteTarget does. */
export async function deleteFound(
  object: KubeObject,
  type: ResourceType,
  { client, dryRun, signal }: Pick<DeleteOptions, 'client' | 'dryRun' | 'signal'>,
): Promise<void> {
  const { name = '', namespace, uid = '' } = object.metadata ?? {};
  const place = { name, ...(namespace ? { namespace } : {}) };
  if (dryRun) return;
  await deleteResource(client, type, place, { uid, propagation: 'Foreground', signal });
  await untilGone(client, type, place, uid, signal);
}

/** The same project may be applied from several namespaces: what is not in one of them is had by the last that applied it. */
function isOfOtherSet({ metadata }: KubeObject, { app, namespace }: DeleteOptions): boolean {
  const set = metadata?.labels?.[PART_OF_LABEL];
  return set !== undefined && set !== setId(app, namespace);
}

/** A custom kind whose CRD is gone has no objects. */
function absentKind(error: unknown): undefined {
  if (error instanceof RockpoolError && error.failures[0]?.code === 'UNKNOWN_KIND') return undefined;
  throw error;
}

async function whyKept(
  object: KubeObject,
  { kind }: ResourceType,
  options: DeleteOptions,
): Promise<DeleteOutcome | undefined> {
  if (kind === 'Namespace' || (DATA.has(kind) && !options.volumes)) return 'kept';
  if (kind === 'CustomResourceDefinition' && (await isUsed(object, options))) return 'needed';
  return undefined;
}

/** All objects of a kind go with its definition: those that are not the project's must not. */
async function isUsed(crd: KubeObject, { client, app, signal }: DeleteOptions): Promise<boolean> {
  const versions = valueAt(crd, ['spec', 'versions']);
  const served = (Array.isArray(versions) ? versions : []).find((version) => version.served === true);
  if (!served) return false;
  const type = {
    group: `${valueAt(crd, ['spec', 'group'])}`,
    version: `${served.name}`,
    kind: `${valueAt(crd, ['spec', 'names', 'kind'])}`,
    plural: `${valueAt(crd, ['spec', 'names', 'plural'])}`,
    namespaced: valueAt(crd, ['spec', 'scope']) === 'Namespaced',
  };
  const objects = await listResources(client, type, {}, signal);
  return objects.some(({ metadata }) => metadata?.labels?.[APP_LABEL] !== app);
}

async function untilGone(
  client: DeleteOptions['client'],
  type: ResourceType,
  place: ResourceName,
  uid: string,
  signal: AbortSignal,
): Promise<void> {
  let left: KubeObject | undefined;
  for (let waited = 0; waited < PATIENCE; waited += AGAIN) {
    left = await getResource(client, type, place, signal);
    if (left?.metadata?.uid !== uid) return;
    await sleep(AGAIN, undefined, { signal });
  }
  const finalizers = left?.metadata?.['finalizers'];
  throw new StuckError(Array.isArray(finalizers) ? finalizers.map(String) : []);
}
