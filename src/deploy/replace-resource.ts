import { setTimeout as sleep } from 'node:timers/promises';
import { type KubeClient, KubeError } from '../kube/kube-client.ts';
import type { ResourceType } from '../kube/kube-path.ts';
import { deleteResource, getResource } from '../kube/resources.ts';
import { groupOf, type Manifest } from './manifest.ts';
import { placeOf } from './object-place.ts';
import { ownerOf } from './ownership.ts';

/** ms that the controllers get to take an object away */
const PATIENCE = 15_000;
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

/** Deletes an object that the project made, never an adopted one. @returns whether it was ours, and is gone */
export async function takeAway(
  manifest: Manifest,
  type: ResourceType,
  options: {
    readonly client: Pick<KubeClient, 'request'>;
    readonly app: string;
    readonly signal: AbortSignal;
  },
): Promise<boolean> {
  const { client, app, signal } = options;
  const place = placeOf(manifest);
  const found = await getResource(client, type, place, signal);
  const uid = found?.metadata?.uid;
  if (uid === undefined || ownerOf(found, app).kind !== 'project') return false;
  await deleteResource(client, type, place, { uid, signal });
  for (let waited = 0; waited < PATIENCE; waited += AGAIN) {
    const left = await getResource(client, type, place, signal);
    if (left?.metadata?.uid !== uid) return true;
    await sleep(AGAIN, undefined, { signal });
  }
  return false;
}
