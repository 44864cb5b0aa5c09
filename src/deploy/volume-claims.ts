import { pointer, sameVersion } from '../kube/json-patch.ts';
import { type KubeClient, KubeError } from '../kube/kube-client.ts';
import type { KubeObject } from '../kube/kube-object.ts';
import { listResources } from '../kube/list-resources.ts';
import { typeNamed } from './app-workloads.ts';
import { setId } from './apply-set.ts';
import { isTool } from './field-managers.ts';
import { hasField } from './field-set.ts';
import { isApplied, managedFieldsOf } from './managed-fields.ts';
import { isMap, type Manifest, valueAt } from './manifest.ts';
import { patchFresh } from './patch-fresh.ts';

export interface ClaimsPlace {
  readonly client: Pick<KubeClient, 'request'>;
  /** name of the project */
  readonly app: string;
  /** the session's */
  readonly namespace: string;
  readonly signal: AbortSignal;
}

/** A volume claim that belongs to a StatefulSet by name and labels. */
export interface SetClaim {
  readonly claim: KubeObject;
  /** it is certain that the project's StatefulSet made it: another may have been there before, with the same name */
  readonly isOurs: boolean;
}

export const claimType = typeNamed('v1 PersistentVolumeClaim');

/** On a claim that a StatefulSet of the project made: of which set, and the uid of the claim, so that no copy counts. */
const MADE = 'rockpool.dev/volume-of';

/**
 * The volume claims that a StatefulSet has or had: by the names of its templates, and by the labels that the controller
 * puts on them. Of those it is told which ones the project's own set made. @param set live, or its manifest when it has
 * gone. Rejects as KubeClient.request does.
 */
export async function claimsOf(set: Manifest | KubeObject, place: ClaimsPlace): Promise<readonly SetClaim[]> {
  const claims = await claimsNamedBy(set, place);
  return claims.map((claim) => ({
    claim,
    isOurs: isMarked(claim, place) || isMadeBy(set as KubeObject, claim),
  }));
}

/** Those claims, whoever made them. Rejects as KubeClient.request does. */
export async function claimsNamedBy(
  set: Manifest | KubeObject,
  { client, signal }: Pick<ClaimsPlace, 'client' | 'signal'>,
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
 * Writes on the claims that the project's set made that it did: they outlive the set, and then nothing else tells.
 * Where that is refused they will not be known. Rejects as KubeClient.request does for silence.
 */
export async function markClaims(claims: readonly SetClaim[], place: ClaimsPlace): Promise<void> {
  const unmarked = claims.filter(({ claim, isOurs }) => isOurs && !isMarked(claim, place));
  await Promise.all(
    unmarked.map(async ({ claim }) => {
      try {
        await patchFresh(place, claimType, claim, (newest) => [
          sameVersion(newest),
          ...(newest.metadata?.annotations
            ? []
            : [{ op: 'add', path: '/metadata/annotations', value: {} } as const]),
          { op: 'add', path: pointer(['metadata', 'annotations', MADE]), value: mark(newest, place) },
        ]);
      } catch (error) {
        if (!(error instanceof KubeError)) throw error;
      }
    }),
  );
}

function isMarked(claim: KubeObject, place: ClaimsPlace): boolean {
  return claim.metadata?.annotations?.[MADE] === mark(claim, place);
}

const mark = ({ metadata }: KubeObject, { app, namespace }: ClaimsPlace): string =>
  `${setId(app, namespace)}/${metadata?.uid}`;

/**
 * A claim is its set's when it is not older and its spec was written by who writes the set's status: the controller. One
 * that was there before is bound by a set as well, with all that is on it.
 */
function isMadeBy(set: KubeObject, claim: KubeObject): boolean {
  const since = set.metadata?.['creationTimestamp'];
  const made = claim.metadata?.['creationTimestamp'];
  // Both are RFC 3339 in UTC with whole seconds, which sort as text.
  if (!isApplied(set) || typeof since !== 'string' || typeof made !== 'string' || made < since) return false;
  const controllers = managedFieldsOf(set)
    .filter(({ manager, subresource }) => subresource === 'status' && !isTool(manager))
    .map(({ manager }) => manager);
  return managedFieldsOf(claim).some(
    ({ manager, fieldsV1 }) => controllers.includes(manager) && hasField(fieldsV1, ['spec', 'accessModes']),
  );
}
