import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { type KubeClient, KubeError } from '../kube/kube-client.ts';
import type { KubeObject } from '../kube/kube-object.ts';
import type { ResourceType } from '../kube/kube-path.ts';
import { deleteResource, getResource } from '../kube/resources.ts';
import { keepClaims } from './keep-claims.ts';
import { groupOf, type Manifest, valueAt } from './manifest.ts';
import { placeOf } from './object-place.ts';
import { ownerOf } from './ownership.ts';

/** ms that an object gets to go: a bare pod takes its grace period */
const PATIENCE = 60_000;
/** ms between two looks */
const AGAIN = 100;

/** Whether a Job was refused because its template is not what it was. Pure. */
export function isChangedJob({ apiVersion, kind }: Manifest, error: unknown): boolean {
  const isJob = kind === 'Job' && groupOf(apiVersion) === 'batch';
  return (
    isJob &&
    error instanceof KubeError &&
    error.status.causes.some((cause) => /immutable/.test(cause.message ?? ''))
  );
}

/**
 * Deletes an object that the project made, never an adopted one. A StatefulSet's pods stay for the new one, where that
 * selects them, and its volume claims always. @returns whether it was ours, and is gone
 */
export async function takeAway(
  manifest: Manifest,
  type: ResourceType,
  options: {
    readonly client: Pick<KubeClient, 'request'>;
    readonly app: string;
    /** the session's */
    readonly namespace: string;
    readonly signal: AbortSignal;
  },
): Promise<boolean> {
  const { client, app, signal } = options;
  const place = placeOf(manifest);
  const found = await getResource(client, type, place, signal);
  const uid = found?.metadata?.uid;
  if (!found || uid === undefined || ownerOf(found, app).kind !== 'project') return false;
  const keepsPods = manifest.kind === 'StatefulSet' && isSameSelector(manifest, found);
  if (manifest.kind === 'StatefulSet') await keepClaims(found, type, options);
  await deleteResource(client, type, place, {
    uid,
    signal,
    ...(keepsPods ? { propagation: 'Orphan' } : {}),
  });
  for (let waited = 0; waited < PATIENCE; waited += AGAIN) {
    const left = await getResource(client, type, place, signal);
    if (left?.metadata?.uid !== uid) return true;
    await sleep(AGAIN, undefined, { signal });
  }
  return false;
}

function isSameSelector(manifest: Manifest, found: KubeObject): boolean {
  const path = ['spec', 'selector'];
  return isDeepStrictEqual(valueAt(manifest, path), valueAt(found, path));
}
