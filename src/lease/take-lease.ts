import { setTimeout as sleep } from 'node:timers/promises';
import { type Judge, judgeHolder } from './judge-holder.ts';
import { DURATION, holderOf, type Lease, type LeaseHolder, toLease } from './lease-record.ts';
import type { LeaseStore } from './lease-store.ts';

export interface TakeLeaseOptions {
  readonly store: LeaseStore;
  readonly app: string;
  readonly namespace: string;
  readonly holder: LeaseHolder;
  /** also from one that is alive */
  readonly takeover: boolean;
  readonly isRunning: Judge['isRunning'];
  /** ms since the epoch */
  readonly now: () => number;
  /** what is worth a word */
  readonly tell: (line: string) => void;
  /** ms that a holder on another machine is watched; for tests */
  readonly patience?: number;
}

export type Taken =
  | { readonly lease: Lease /** whoever had it before a takeover */; readonly tookFrom?: LeaseHolder }
  | { readonly heldBy: LeaseHolder };

/** ms between two looks at a holder on another machine */
const AGAIN = 1000;

/**
 * Takes the lease unless another holder is alive; one that is not is replaced with a word. Of two that try at once one gets
 * it. Rejects as KubeClient.request does.
 */
export async function takeLease(options: TakeLeaseOptions, signal: AbortSignal): Promise<Taken> {
  const { store, holder, now, takeover, tell } = options;
  for (;;) {
    signal.throwIfAborted();
    const found = await store.read(signal);
    const other = found && holderOf(found);
    const isOther = other !== undefined && other.id !== holder.id;
    if (found && isOther && !takeover) {
      const why = await whyFree(found, other, options, signal);
      if (why === undefined) return { heldBy: other };
      tell(why);
    }
    const lease = toLease(holder, options, now(), found);
    const written = await (found ? store.replace(lease, signal) : store.create(lease, signal));
    if (written) return { lease: written, ...(isOther && takeover ? { tookFrom: other } : {}) };
  }
}

/** In words why a lease may be taken; undefined when its holder is alive. */
async function whyFree(
  lease: Lease,
  other: LeaseHolder,
  options: TakeLeaseOptions,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { holder, isRunning, now, tell, patience = DURATION } = options;
  const state = await judgeHolder(lease, other, { self: holder, now: now(), isRunning });
  if (state === 'alive') return undefined;
  const ended = `${other.words} is no longer running and had not given its session back; this one takes over.`;
  if (state === 'dead') return ended;
  tell(
    `${other.words} had ${options.app} in ${options.namespace}: looking for ${Math.round(patience / 1000)} s whether it still does…`,
  );
  return (await isRenewed(lease, options.store, patience, signal)) ? undefined : ended;
}

async function isRenewed(
  lease: Lease,
  store: LeaseStore,
  patience: number,
  signal: AbortSignal,
): Promise<boolean> {
  for (let waited = 0; waited < patience; waited += AGAIN) {
    await sleep(Math.min(AGAIN, patience), undefined, { signal });
    const again = await store.read(signal);
    if (again === undefined) return false;
    if (again.metadata?.resourceVersion !== lease.metadata?.resourceVersion) return true;
  }
  return false;
}
