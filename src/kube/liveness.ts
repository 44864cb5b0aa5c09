import type { Failure } from '../session/failure.ts';
import type { ClusterLiveness, Emit } from '../session/ports.ts';
import { type KubeConnections, KubeError } from './kube-client.ts';
import { createWakeablePause, type WakeablePause } from './wakeable-pause.ts';

export interface LivenessOptions {
  readonly connections: KubeConnections;
  /** what is asked for: its answer should need all that real work needs, the apiserver's store included */
  readonly path: string;
  /** woken when the apiserver answers again, for those who wait until they try again */
  readonly pauses: Pick<WakeablePause, 'wake'>;
  /** for tests */
  readonly timing?: Partial<LivenessTiming>;
}

/** In ms. */
export interface LivenessTiming {
  /** without a byte of the apiserver until it is asked; a fifth more or less, so that many sessions do not ask at once */
  readonly quiet: number;
  /** for an answer over the connection that earlier questions used */
  readonly kept: number;
  /** for an answer over a new connection */
  readonly fresh: number;
  /** between two questions */
  readonly again: number;
}

export interface Liveness extends ClusterLiveness {
  /** as told last */
  isLost(): boolean;
}

const usualTiming: LivenessTiming = { quiet: 5_000, kept: 3_000, fresh: 5_000, again: 1_000 };

/**
 * Finds out by small questions whether the apiserver answers: whenever nothing was heard of it for 5 s, and at once when
 * something that was asked of it got no answer. Everything that is under way counts as a sign of life, so that a busy
 * session asks nothing. When only a new connection gives an answer, the others are dead: all are opened anew, and so they
 * are when a lost apiserver is found.
 */
export function createLiveness(options: LivenessOptions): Liveness {
  const timing = { ...usualTiming, ...options.timing };
  let look: Look | undefined;
  return {
    isLost: () => look?.lostAt !== undefined,
    async watch(emit, signal) {
      const alarm = createWakeablePause();
      const own: Look = { ...options, timing, alarm, signal, troubled: true, lostAt: undefined };
      look = own;
      const forget = options.connections.onTrouble(() => {
        own.troubled = true;
        alarm.wake();
      });
      try {
        while (!signal.aborted) {
          await (own.lostAt === undefined ? untilLost(own, emit) : untilFound(own, own.lostAt, emit));
        }
      } finally {
        forget();
      }
    },
  };
}

interface Look extends Pick<LivenessOptions, 'connections' | 'path' | 'pauses'> {
  readonly timing: LivenessTiming;
  readonly alarm: WakeablePause;
  readonly signal: AbortSignal;
  /** somebody got no answer since the apiserver was asked last */
  troubled: boolean;
  /** ms of performance.now() */
  lostAt: number | undefined;
}

/** Asks whenever there is a reason to. */
async function untilLost(look: Look, emit: Emit): Promise<void> {
  await untilQuiet(look);
  look.troubled = false;
  if (look.signal.aborted || (await ask(look, false)) === undefined) return await rest(look);
  const failure = await ask(look, true);
  if (look.signal.aborted) return;
  if (failure === undefined) openAnew(look);
  else {
    look.lostAt = performance.now();
    emit({ type: 'cluster.lost', failure });
  }
  await rest(look);
}

async function untilFound(look: Look, since: number, emit: Emit): Promise<void> {
  const isHeard = () => look.connections.lastHeard() > since;
  const isFound = isHeard() || (await ask(look, true)) === undefined;
  if (look.signal.aborted) return;
  if (!isFound) return await rest(look);
  look.lostAt = undefined;
  // First, so that what the fact sets going has new connections.
  openAnew(look);
  emit({ type: 'cluster.found' });
}

/** Until nothing was heard for a while, or somebody got no answer. */
async function untilQuiet(look: Look): Promise<void> {
  const { connections, timing, alarm, signal } = look;
  const quiet = timing.quiet * (0.8 + 0.4 * Math.random());
  const left = () => connections.lastHeard() + quiet - performance.now();
  while (!look.troubled && left() > 0 && !signal.aborted) await alarm.pause(left(), signal);
}

async function rest({ timing, signal }: Look): Promise<void> {
  await createWakeablePause().pause(timing.again, signal);
}

async function ask(look: Look, fresh: boolean): Promise<Failure | undefined> {
  const { connections, path, timing, signal } = look;
  try {
    await connections.probe(path, { fresh, timeout: fresh ? timing.fresh : timing.kept, signal });
    return undefined;
  } catch (error) {
    return lost(error, connections.server);
  }
}

function openAnew({ connections, pauses }: Look): void {
  connections.reconnect();
  pauses.wake();
}

function lost(error: unknown, server: string): Failure {
  const message = error instanceof Error ? error.message : String(error);
  return {
    code: 'CLUSTER_LOST',
    subject: 'cluster',
    message:
      error instanceof KubeError ? `the apiserver at ${server} answers with an error: ${message}` : message,
    hint: 'The session goes on by itself as soon as it answers again.',
  };
}
