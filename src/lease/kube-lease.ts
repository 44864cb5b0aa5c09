import { APP_LABEL } from '../deploy/labels.ts';
import { type KubeClient, KubeError, KubeUnreachable } from '../kube/kube-client.ts';
import { reflect } from '../kube/reflector.ts';
import type { Failure } from '../session/failure.ts';
import type { Clock, SessionLease } from '../session/ports.ts';
import { holderOf, type Lease, type LeaseHolder, leaseName, toLease } from './lease-record.ts';
import { createLeaseStore, type LeaseStore } from './lease-store.ts';
import { type TakeLeaseOptions, type Taken, takeLease } from './take-lease.ts';

export interface KubeLeaseOptions
  extends Pick<
    TakeLeaseOptions,
    'app' | 'namespace' | 'holder' | 'takeover' | 'isRunning' | 'tell' | 'patience'
  > {
  readonly client: Pick<KubeClient, 'request' | 'stream'>;
  readonly clock: Clock;
  /** Makes the namespace when it is not there, so that of several that begin at once one gets the lease. */
  readonly makeNamespace?: (signal: AbortSignal) => Promise<void>;
  /** told once when the user may not hold leases: LEASE_FORBIDDEN */
  readonly onNotice: (failure: Failure) => void;
}

/** A lease that is renewed from now on until it is released, or another session took it. */
export interface HeldLease extends SessionLease {
  /** whoever had it before a takeover, and ends now */
  readonly tookFrom?: LeaseHolder;
  /** Gives it back if it still is this holder's. Takes 3 s at most, whatever the apiserver does; never rejects. */
  release(): Promise<void>;
}

/** ms between two renewals, and until the next attempt when one failed */
const RENEWAL = 10_000;
const AGAIN = 2000;
/** ms that giving back may take */
const GIVING_BACK = 3000;

/**
 * Takes the lease and keeps it. Without one, because the namespace cannot be had or the apiserver does not answer, it
 * goes on trying while the session runs; a user who may not hold leases goes without. @returns who has it, when that is
 * another one that is alive.
 */
export async function acquireLease(
  options: KubeLeaseOptions,
  signal: AbortSignal,
): Promise<HeldLease | { readonly heldBy: LeaseHolder }> {
  const attempt = await tryInNamespace(options, signal);
  return 'heldBy' in attempt ? attempt : keep(options, attempt);
}

type Attempt =
  | Taken
  | { readonly lease?: undefined; readonly tookFrom?: undefined; readonly forbidden?: Failure };

async function tryInNamespace(options: KubeLeaseOptions, signal: AbortSignal): Promise<Attempt> {
  const attempt = await tryToTake(options, signal);
  if ('heldBy' in attempt || attempt.lease || attempt.forbidden || !options.makeNamespace) return attempt;
  await options.makeNamespace(signal);
  return tryToTake(options, signal);
}

/** An apiserver that does not answer, or a namespace that is not there, has no lease to give. */
async function tryToTake(options: KubeLeaseOptions, signal: AbortSignal): Promise<Attempt> {
  const { client, app, namespace, clock } = options;
  const store = createLeaseStore(client, app, namespace);
  try {
    return await takeLease({ ...options, store, now: clock.now }, signal);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof KubeUnreachable) return {};
    if (!(error instanceof KubeError)) throw error;
    return isForGood(error) ? { forbidden: forbidden(options, error) } : {};
  }
}

function keep(options: KubeLeaseOptions, first: Exclude<Attempt, { heldBy: LeaseHolder }>): HeldLease {
  const { client, app, namespace, clock } = options;
  const store = createLeaseStore(client, app, namespace);
  const end = new AbortController();
  const lost = Promise.withResolvers<string>();
  const { holder } = options;
  let lease: Lease | undefined = first.lease;
  let awake = new AbortController();
  if ('forbidden' in first && first.forbidden) {
    options.onNotice(first.forbidden);
    end.abort();
  }

  const lose = (to: LeaseHolder): void => {
    if (!end.signal.aborted) lost.resolve(to.words);
    end.abort();
  };

  /** @returns ms until the next one */
  const renew = async (): Promise<number> => {
    const { signal } = end;
    if (lease) {
      const renewed = await store.replace(toLease(holder, options, clock.now(), lease), signal);
      const other = renewed ? undefined : holderOf((await store.read(signal)) ?? {});
      lease = renewed;
      if (other && other.id !== holder.id) lose(other);
    }
    if (lease || end.signal.aborted) return RENEWAL;
    const attempt = await tryToTake({ ...options, holder, takeover: false, tell: () => undefined }, signal);
    if ('heldBy' in attempt) lose(attempt.heldBy);
    else lease = attempt.lease;
    return lease ? RENEWAL : AGAIN;
  };

  const renewing = (async () => {
    let pause = lease ? RENEWAL : AGAIN;
    while (!end.signal.aborted) {
      await clock.sleep(pause, AbortSignal.any([end.signal, awake.signal])).catch(() => undefined);
      awake = new AbortController();
      if (!end.signal.aborted) pause = await renew().catch(() => AGAIN);
    }
  })();

  const watching = watchOthers(options, end.signal, (other) => {
    if (lease && other.id !== holder.id) awake.abort();
  });

  return {
    ...(first.tookFrom ? { tookFrom: first.tookFrom } : {}),
    async hold(emit, signal) {
      const { promise: ended, resolve } = Promise.withResolvers<void>();
      signal.addEventListener('abort', () => resolve(), { once: true });
      if (signal.aborted) resolve();
      const holderNow = await Promise.race([lost.promise, ended]);
      if (holderNow !== undefined) emit({ type: 'lease.lost', holder: holderNow });
      await ended;
    },
    async release() {
      const isOurs = !end.signal.aborted;
      end.abort();
      await Promise.all([renewing, watching]);
      if (isOurs) await giveBack(store, holder).catch(() => undefined);
    },
  };
}

/** Read once more: a renewal that was cut off may have been written. */
async function giveBack(store: LeaseStore, holder: LeaseHolder): Promise<void> {
  const signal = AbortSignal.timeout(GIVING_BACK);
  const found = await store.read(signal);
  if (found && holderOf(found)?.id === holder.id) await store.remove(found, signal);
}

/** A takeover is seen at once; without the right to watch, with the next renewal. */
function watchOthers(
  { client, app, namespace }: KubeLeaseOptions,
  signal: AbortSignal,
  onHolder: (holder: LeaseHolder) => void,
): Promise<void> {
  const { path } = createLeaseStore(client, app, namespace);
  const onUpsert = (lease: Lease): void => {
    const holder = lease.metadata?.name === leaseName(app) ? holderOf(lease) : undefined;
    if (holder) onHolder(holder);
  };
  const nothing = (): void => undefined;
  const others = { onUpsert, onDelete: nothing, onLost: nothing, onFound: nothing };
  return reflect<Lease>({ client, path, labelSelector: `${APP_LABEL}=${app}`, ...others }, signal);
}

/** A namespace that is being deleted refuses everybody, for a while. */
function isForGood({ status }: KubeError): boolean {
  return status.code === 403 && !status.causes.some(({ reason }) => reason === 'NamespaceTerminating');
}

function forbidden({ namespace }: KubeLeaseOptions, error: KubeError): Failure {
  return {
    code: 'LEASE_FORBIDDEN',
    subject: 'session',
    message: `This session cannot tell others that it is here: ${error.status.message}`,
    hint: 'It goes on; nothing keeps a second session from working on the same namespace. It needs get, create, update, delete, list and watch on leases.',
    command: `kubectl auth can-i create leases.coordination.k8s.io -n ${namespace}`,
  };
}
