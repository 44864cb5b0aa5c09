import { setTimeout as sleep } from 'node:timers/promises';
import { patchResource, pointer } from '../kube/json-patch.ts';
import type { KubeClient } from '../kube/kube-client.ts';
import type { KubeObject } from '../kube/kube-object.ts';
import type { ResourceType } from '../kube/kube-path.ts';
import { listResources } from '../kube/list-resources.ts';
import { placeOf, typeNamed } from './app-workloads.ts';
import { isMap, type Manifest, valueAt } from './manifest.ts';
import { STOP_MANAGER } from './stopped-record.ts';

interface ClaimsPlace {
  readonly client: Pick<KubeClient, 'request'>;
  readonly signal: AbortSignal;
}

export const claimType = typeNamed('v1 PersistentVolumeClaim');

const WHEN_DELETED = ['spec', 'persistentVolumeClaimRetentionPolicy', 'whenDeleted'];
/** ms that the controller gets to let the claims go */
const PATIENCE = 15_000;
/** ms between two looks */
const AGAIN = 200;

/**
 * The volume claims that were made of a StatefulSet's templates: by name, and by the labels that the controller puts
 * on them. @param set live, or its manifest when it has gone. Rejects as KubeClient.request does.
 */
export async function claimsOf(
  set: Manifest | KubeObject,
  { client, signal }: ClaimsPlace,
): Promise<readonly KubeObject[]> {
  const templates = valueAt(set, ['spec', 'volumeClaimTemplates']);
  const labels = valueAt(set, ['spec', 'selector', 'matchLabels']);
  const { name = '', namespace = '' } = set.metadata ?? {};
  if (!Array.isArray(templates) || !isMap(labels)) return [];
  const names = templates.map((template) => `${valueAt(template, ['metadata', 'name'])}-${name}-`);
  const labelSelector = Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
  const claims = await listResources(client, claimType, { namespace, labelSelector }, signal);
  return claims.filter(({ metadata }) =>
    names.some(
      (start) => metadata?.name?.startsWith(start) && /^\d+$/.test(metadata.name.slice(start.length)),
    ),
  );
}

/**
 * Makes a StatefulSet keep its volume claims when it is deleted, where it says that they go with it. Resolves when its
 * controller has let them go. Rejects as KubeClient.request does.
 */
export async function keepClaims(set: KubeObject, type: ResourceType, place: ClaimsPlace): Promise<void> {
  if (valueAt(set, WHEN_DELETED) !== 'Delete') return;
  const { client, signal } = place;
  const steps = [{ op: 'add', path: pointer(WHEN_DELETED), value: 'Retain' }] as const;
  await patchResource(client, type, placeOf(set), steps, { fieldManager: STOP_MANAGER, signal });
  for (let waited = 0; waited < PATIENCE; waited += AGAIN) {
    const claims = await claimsOf(set, place);
    const isHeld = ({ metadata }: KubeObject) =>
      metadata?.ownerReferences?.some(({ uid }) => uid === set.metadata?.uid) === true;
    if (!claims.some(isHeld)) return;
    await sleep(AGAIN, undefined, { signal });
  }
}
