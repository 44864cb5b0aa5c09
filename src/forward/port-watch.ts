import type { Duplex } from 'node:stream';
import type { ForwardSpec } from '../session/events.ts';
import type { Clock, Emit, ForwardTarget, ForwardTargets } from '../session/ports.ts';
import type { Dial } from './reach-pod.ts';
import { createRefusalTime, type RefusalTime } from './refusal-time.ts';

export interface PortWatchOptions {
  readonly spec: ForwardSpec;
  readonly targets: ForwardTargets;
  readonly dial: Dial;
  readonly clock: Clock;
  readonly emit: Emit;
}

/** ms that a port is refused on end until it is told: a program that starts listens a moment later. */
const PATIENCE = 1500;
/** ms between two dials before and after it was told. */
const SOON = 250;
const LATER = 1000;
/** Dials in a row that never came to the pod, after which it is not watched any more: it has gone as a rule. */
const UNKNOWN = 30;

/**
 * The dial, with an eye on ports that nobody listens on: one that goes on refusing is told (`port.refused`), and dialled
 * until it takes connections or the forward leads elsewhere (`port.answered`), whether or not clients come.
 * @param signal ends all watching
 */
export function watchPorts(options: PortWatchOptions, signal: AbortSignal): Dial {
  const watched = new Set<string>();
  return async (place, dialling) => {
    const target = options.targets.choose();
    const dialled = options.clock.now();
    const stream = await options.dial(place, dialling);
    stream.once('error', (error) => {
      if (!isRefused(error) || target?.pod.name !== place.pod || target.port !== place.port) return;
      const id = `${target.pod.uid}:${target.port}`;
      if (watched.has(id) || signal.aborted) return;
      watched.add(id);
      const refusals = createRefusalTime();
      refusals.refused(options.clock.now() - dialled);
      void watch(target, refusals, options, signal).finally(() => watched.delete(id));
    });
    return stream;
  };
}

async function watch(
  target: ForwardTarget,
  refusals: RefusalTime,
  options: PortWatchOptions,
  signal: AbortSignal,
): Promise<void> {
  const { clock, emit, spec } = options;
  const { namespace, name: pod, uid } = target.pod;
  const since = clock.now();
  let told = false;
  let unknown = 0;
  try {
    while (leadsTo(target, options.targets)) {
      await clock.sleep(told ? LATER : SOON, signal);
      const dialled = clock.now();
      const refusal = await askedOnce(target, refusals.wait(), options, signal);
      if (refusal === 'taken') break;
      if (refusal === 'unknown') {
        unknown += 1;
        if (unknown > UNKNOWN) break;
        continue;
      }
      unknown = 0;
      refusals.refused(clock.now() - dialled);
      if (told || clock.now() - since < PATIENCE) continue;
      told = true;
      const { port } = target;
      const { message } = refusal;
      emit({ type: 'port.refused', forward: spec.id, namespace, pod, uid, port, message });
    }
  } catch {
    // the session ends: then nothing is to be told
    return;
  }
  if (told) emit({ type: 'port.answered', namespace, pod, uid, port: target.port });
}

/** While nobody is ready the pod may come back, and is watched on. */
function leadsTo({ pod, port }: ForwardTarget, targets: ForwardTargets): boolean {
  const now = targets.choose();
  return now === undefined || (now.pod.uid === pod.uid && now.port === port);
}

/** The node's refusal, or whether the port takes connections, be it to break them off. Rejects when the signal fires. */
async function askedOnce(
  { pod, port }: ForwardTarget,
  wait: number,
  { dial, clock }: PortWatchOptions,
  signal: AbortSignal,
): Promise<Error | 'taken' | 'unknown'> {
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  let stream: Duplex | undefined;
  try {
    stream = await dial({ namespace: pod.namespace, pod: pod.name, port }, either);
    const ended = new Promise<Error | 'taken' | 'unknown'>((resolve) => {
      stream?.once('error', (error) =>
        resolve(isRefused(error) ? error : isLost(error) ? 'unknown' : 'taken'),
      );
      stream?.once('data', () => resolve('taken'));
    });
    return await Promise.race([ended, clock.sleep(wait, either).then(() => 'taken' as const)]);
  } catch {
    signal.throwIfAborted();
    return 'unknown';
  } finally {
    stream?.on('error', () => {});
    over.abort();
    stream?.destroy();
  }
}

/** The pod has gone, or the way to it broke: that says nothing of the port. */
function isLost(error: Error): boolean {
  return 'code' in error && (error.code === 'GONE' || error.code === 'LOST');
}

function isRefused(error: Error): boolean {
  return 'code' in error && error.code === 'REFUSED';
}
