import { setTimeout as sleep } from 'node:timers/promises';
import type { KubeObject } from '../kube/kube-object.ts';
import { RockpoolError } from '../session/failure.ts';
import { describeResource, type Manifest, resourceKey } from './manifest.ts';
import { terminating } from './terminating.ts';

/** ms that an object which is being deleted gets to go: longer than most grace periods */
const PATIENCE = 60_000;
/** ms between two looks */
const AGAIN = 200;

/**
 * An object as it is, once it is not being deleted any more: what is applied to one that goes, goes with it. Undefined
 * when there is none. Rejects with a RockpoolError when it does not go: DELETE_STUCK with what holds it, or
 * NAMESPACE_TERMINATING, and as `read` does.
 */
export async function unlessDeleting(
  manifest: Manifest,
  read: () => Promise<KubeObject | undefined>,
  options: { readonly signal: AbortSignal; readonly onWait?: ((reason: string) => void) | undefined },
): Promise<KubeObject | undefined> {
  let live = await read();
  for (let waited = 0; live?.metadata?.deletionTimestamp !== undefined; waited += AGAIN) {
    if (waited === 0) options.onWait?.('waiting until the old one is deleted');
    if (waited >= PATIENCE) throw stuck(manifest, live);
    await sleep(AGAIN, undefined, { signal: options.signal });
    live = await read();
  }
  return live;
}

function stuck(manifest: Manifest, live: KubeObject): RockpoolError {
  if (manifest.kind === 'Namespace') return terminating(manifest.metadata.name);
  const { finalizers } = live.metadata ?? {};
  const holders = Array.isArray(finalizers) && finalizers.length > 0 ? finalizers.join(', ') : undefined;
  return new RockpoolError({
    code: 'DELETE_STUCK',
    subject: resourceKey(manifest),
    message: `${describeResource(manifest)} is being deleted and still there after ${PATIENCE / 1000} s${holders === undefined ? '' : `: its finalizers are ${holders}`}`,
    hint: 'it is made anew with the next save after it is gone',
  });
}
