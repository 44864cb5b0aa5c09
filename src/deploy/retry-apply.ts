import { setTimeout as sleep } from 'node:timers/promises';
import { KubeError } from '../kube/kube-client.ts';
import type { Manifest } from './manifest.ts';

/** ms that the controllers get to make a new namespace's service account */
const PATIENCE = 15_000;
/** ms between two tries */
const AGAIN = 100;

/** Pods of a workload are tried again by its controller; a bare one is refused for good. Pure. */
export function lacksServiceAccount({ apiVersion, kind }: Manifest, error: unknown): boolean {
  if (kind !== 'Pod' || apiVersion !== 'v1' || !(error instanceof KubeError)) return false;
  return error.status.code === 403 && /serviceaccount ".*" not found/.test(error.status.message);
}

/** Does the work again as long as it fails for a reason that may pass, within a bound. Rejects with the last error. */
export async function retry<T>(
  work: () => Promise<T>,
  isTemporary: (error: unknown) => boolean,
  signal: AbortSignal,
  patience = PATIENCE,
): Promise<T> {
  for (let waited = 0; ; waited += AGAIN) {
    await sleep(AGAIN, undefined, { signal });
    try {
      return await work();
    } catch (error) {
      if (!isTemporary(error) || waited >= patience) throw error;
    }
  }
}
