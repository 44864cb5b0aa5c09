import { setTimeout as sleep } from 'node:timers/promises';
import { patchResource, pointer, sameVersion } from '../kube/json-patch.ts';
import { KubeError } from '../kube/kube-client.ts';
import type { KubeObject } from '../kube/kube-object.ts';
import type { ResourceType } from '../kube/kube-path.ts';
import { listResources } from '../kube/list-resources.ts';
import { getResource } from '../kube/resources.ts';
import { RockpoolError } from '../session/failure.ts';
import { placeOf } from './app-workloads.ts';
import { valueAt } from './manifest.ts';
import { patchFresh } from './patch-fresh.ts';
import { STOP_MANAGER } from './stopped-record.ts';
import { type ClaimsPlace, claimsOf, claimType, markClaims } from './volume-claims.ts';

const WHEN_DELETED = ['spec', 'persistentVolumeClaimRetentionPolicy', 'whenDeleted'];
/** ms that the controller gets to let the claims go, before it is done for it */
const PATIENCE = 10_000;
/** ms between two looks */
const AGAIN = 200;

/**
 * Makes sure that a StatefulSet's volume claims outlive it, before it is deleted: it is told to retain them, and where its
 * controller does not let them go that is done here. What its claims are is written on them. Rejects as
 * KubeClient.request does, and with a RockpoolError (DELETE_FAILED) while a claim would still go with it.
 */
export async function keepClaims(
  set: KubeObject,
  type: ResourceType,
  place: ClaimsPlace,
  patience = PATIENCE,
): Promise<void> {
  if (!Array.isArray(valueAt(set, ['spec', 'volumeClaimTemplates']))) return;
  await markClaims(await claimsOf(set, place), place);
  const generation = await retain(set, type, place);
  for (let waited = 0; waited < patience; waited += AGAIN) {
    const isSeen = generation === undefined || (await observed(set, type, place)) >= generation;
    if (isSeen && (await heldBy(set, place)).length === 0) return;
    await sleep(AGAIN, undefined, { signal: place.signal });
  }
  await letGo(set, place);
}

/** @returns the generation that the controller has to see; undefined when it was told so before */
async function retain(
  set: KubeObject,
  type: ResourceType,
  { client, signal }: ClaimsPlace,
): Promise<number | undefined> {
  if (valueAt(set, WHEN_DELETED) !== 'Delete') return undefined;
  const steps = [{ op: 'add', path: pointer(WHEN_DELETED), value: 'Retain' }] as const;
  const after = await patchResource(client, type, placeOf(set), steps, {
    fieldManager: STOP_MANAGER,
    signal,
  });
  return after.metadata?.generation;
}

async function observed(
  set: KubeObject,
  type: ResourceType,
  { client, signal }: ClaimsPlace,
): Promise<number> {
  const found = await getResource(client, type, placeOf(set), signal);
  const seen = valueAt(found, ['status', 'observedGeneration']);
  return typeof seen === 'number' ? seen : 0;
}

/** Whatever their names and labels: what the garbage collector would delete with the set. */
async function heldBy(set: KubeObject, { client, signal }: ClaimsPlace): Promise<readonly KubeObject[]> {
  const { namespace = '' } = set.metadata ?? {};
  const claims = await listResources(client, claimType, { namespace }, signal);
  return claims.filter((claim) => ownersBeside(set, claim).length < ownersOf(claim).length);
}

async function letGo(set: KubeObject, place: ClaimsPlace): Promise<void> {
  try {
    for (const claim of await heldBy(set, place)) {
      await patchFresh(place, claimType, claim, (newest) => {
        const value = ownersBeside(set, newest);
        if (value.length === ownersOf(newest).length) return [];
        return [sameVersion(newest), { op: 'replace', path: '/metadata/ownerReferences', value }];
      });
    }
  } catch (error) {
    throw error instanceof KubeError ? wouldGo(set, await heldBy(set, place), error.status.message) : error;
  }
  const left = await heldBy(set, place);
  if (left.length > 0) throw wouldGo(set, left, 'something makes it their owner again');
}

const ownersOf = ({ metadata }: KubeObject) => metadata?.ownerReferences ?? [];
const ownersBeside = (set: KubeObject, claim: KubeObject) =>
  ownersOf(claim).filter(({ uid }) => uid !== set.metadata?.uid);

function wouldGo(set: KubeObject, claims: readonly KubeObject[], why: string): RockpoolError {
  const { name, namespace } = set.metadata ?? {};
  const names = claims.map(({ metadata }) => metadata?.name);
  return new RockpoolError({
    code: 'DELETE_FAILED',
    subject: `StatefulSet/${namespace}/${name}`,
    message: `StatefulSet ${name} is not deleted, since its volume claims would go with it (${names.join(', ')}): ${why}`,
    hint: 'take the ownerReferences off these claims, or let rockpool do it, then try again',
    command: `kubectl edit pvc ${names.join(' ')} -n ${namespace}`,
  });
}
