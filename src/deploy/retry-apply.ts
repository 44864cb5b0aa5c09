import { setTimeout as sleep } from 'node:timers/promises';
import { KubeError } from '../kube/kube-client.ts';
import type { Manifest } from './manifest.ts';
import { unansweredWebhook } from './own-webhooks.ts';

/** Why an apply is tried again, and for how long. */
export interface Passing {
  /** in words, for what people may have to do with */
  readonly reason?: string;
  /** ms */
  readonly patience: number;
}

/** ms between two tries */
const AGAIN = 100;

/**
 * Whether a refusal is likely to pass: a bare pod whose namespace has no service account yet (pods of a workload are
 * tried again by its controller), and a webhook of the project whose server starts. Pure.
 * @param webhooks those of the project
 */
export function passing(
  manifest: Manifest,
  error: unknown,
  webhooks: ReadonlySet<string>,
): Passing | undefined {
  if (lacksServiceAccount(manifest, error)) return { patience: 15_000 };
  const webhook = unansweredWebhook(error);
  if (webhook === undefined || !webhooks.has(webhook)) return undefined;
  return { reason: `waiting for the project's own admission webhook ${webhook}`, patience: 20_000 };
}

function lacksServiceAccount({ apiVersion, kind }: Manifest, error: unknown): boolean {
  if (kind !== 'Pod' || apiVersion !== 'v1' || !(error instanceof KubeError)) return false;
  return error.status.code === 403 && /serviceaccount ".*" not found/.test(error.status.message);
}

/** Does the work again as long as it fails for a reason that may pass, within a bound. Rejects with the last error. */
export async function retry<T>(
  work: () => Promise<T>,
  isTemporary: (error: unknown) => boolean,
  { signal, patience }: { readonly signal: AbortSignal; readonly patience: number },
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
