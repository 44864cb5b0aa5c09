import type { Config } from '../config/config.ts';
import { socketAddress } from '../control/socket-address.ts';
import { ensureNamespace } from '../deploy/ensure-namespace.ts';
import { acquireLease, type HeldLease } from '../lease/kube-lease.ts';
import type { LeaseHolder } from '../lease/lease-record.ts';
import { isRunning, thisHolder } from '../lease/local-process.ts';
import { type Failure, RockpoolError } from '../session/failure.ts';
import { askKey } from './ask-key.ts';
import type { Cluster } from './open-cluster.ts';
import { systemClock } from './system-clock.ts';

export interface EnterOptions {
  readonly config: Pick<Config, 'name' | 'root'>;
  readonly cluster: Pick<Cluster, 'client' | 'namespace'>;
  /** as people type it: `rockpool up` */
  readonly command: string;
  readonly takeover: boolean;
  /** How another session is joined, where it can be: resolves with the exit code. Asked for by `wantsAttach` or by key. */
  readonly attach?: (address: string) => Promise<number>;
  readonly wantsAttach?: boolean;
  readonly tell: (line: string) => void;
  readonly onNotice: (failure: Failure) => void;
  readonly signal: AbortSignal;
}

/** The lease of the session, or the exit code of the one that was joined instead. */
export type Entered = { readonly lease: HeldLease } | { readonly exitCode: number };

/**
 * Makes this process the one that works on the app in the namespace. When another one does, a person at a terminal is
 * asked; without one it rejects with a RockpoolError of exit code 3, SESSION_HELD.
 */
export async function enterSession(options: EnterOptions): Promise<Entered> {
  const { tell, attach, wantsAttach = false } = options;
  const result = await acquire(options, options.takeover);
  if (!('heldBy' in result)) return entered(result, options);
  const { heldBy } = result;
  const address = attach && heldBy.socket;
  if (attach && address && wantsAttach) return { exitCode: await attach(address) };
  if (!isTerminal()) throw held(heldBy, options);
  const keys = { ...(address ? { a: 'attach' } : {}), t: 'take over (that session ends)', q: 'quit' };
  tell(inWords(heldBy, options));
  const key = await askKey(keys, options.signal);
  if (key === 'a' && attach && address) return { exitCode: await attach(address) };
  if (key !== 't') return { exitCode: 3 };
  const taken = await acquire(options, true);
  if ('heldBy' in taken) throw held(taken.heldBy, options);
  return entered(taken, options);
}

/** ms that a session that was taken over gets to end: it lets its ports go, and ends what it was about to change */
const HANDOVER = 15_000;
/** ms, where its end cannot be seen: it learns of it at once, by a watch */
const UNSEEN = 2000;
/** ms between two looks */
const AGAIN = 100;

async function entered(lease: HeldLease, { tell, signal }: EnterOptions): Promise<Entered> {
  const { tookFrom } = lease;
  if (!tookFrom) return { lease };
  tell(`taking over from ${tookFrom.words}`);
  if ((await thisHolder('')).host !== tookFrom.host) await systemClock.sleep(UNSEEN, signal);
  else {
    for (let waited = 0; waited < HANDOVER; waited += AGAIN) {
      if (!(await isRunning(tookFrom.pid, tookFrom.began))) break;
      await systemClock.sleep(AGAIN, signal);
    }
  }
  return { lease };
}

async function acquire(options: EnterOptions, takeover: boolean) {
  const { cluster, config, command, tell, onNotice, signal } = options;
  const isUp = command === 'rockpool up';
  const who = await thisHolder(isUp ? config.root : `${command} in ${config.root}`);
  const holder = isUp ? { ...who, socket: socketAddress(config.root, process.env) } : who;
  const { client, namespace } = cluster;
  return acquireLease(
    {
      ...{
        client,
        clock: systemClock,
        app: config.name,
        namespace,
        holder,
        takeover,
        isRunning,
        tell,
        onNotice,
      },
      // A session makes it anyway; what only ends something has nothing to do in one that is not there.
      ...(isUp ? { makeNamespace: (until) => makeNamespace(options, until) } : {}),
    },
    signal,
  );
}

/** Where that is refused, the session's first deploy says so. */
async function makeNamespace({ cluster, config, tell }: EnterOptions, signal: AbortSignal): Promise<void> {
  const { client, namespace } = cluster;
  const lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: config.name } };
  await ensureNamespace(client, namespace, config.name, [{ manifest: lease }], signal, tell).catch(
    (error) => {
      if (!(error instanceof RockpoolError)) throw error;
    },
  );
}

function isTerminal(): boolean {
  return Boolean(process.stdin.isTTY && process.stderr.isTTY && !process.env['CI']);
}

function held(by: LeaseHolder, options: EnterOptions): RockpoolError {
  const { command, attach, cluster } = options;
  const join = attach && by.socket ? ', or watch it with --attach' : '';
  return new RockpoolError(
    {
      code: 'SESSION_HELD',
      subject: 'session',
      message: inWords(by, options),
      hint: `End that session first (q in its terminal)${join}, or take over, which ends it:`,
      command: `${command} --takeover -n ${cluster.namespace}`,
    },
    { exitCode: 3 },
  );
}

function inWords(by: LeaseHolder, { config, cluster }: EnterOptions): string {
  return `${config.name} in namespace ${cluster.namespace} is held by ${by.words}, since ${timeOf(by.since)}.`;
}

/** Local time, and the day when it is not today. */
function timeOf(ms: number): string {
  const at = new Date(ms);
  const day = at.toDateString() === new Date().toDateString() ? '' : `${at.toLocaleDateString('sv')} `;
  return `${day}${at.toLocaleTimeString('sv')}`;
}
