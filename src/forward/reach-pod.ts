import type { Duplex } from 'node:stream';
import type { Clock, ForwardTarget, ForwardTargets } from '../session/ports.ts';

/**
 * Opens a connection to a port of a pod, which the signal destroys. It may resolve before the pod was asked: then the
 * connection fails before any byte, with an error of code REFUSED when nothing listens there and GONE when the pod has
 * ended.
 */
export type Dial = (
  target: { readonly namespace: string; readonly pod: string; readonly port: number },
  signal: AbortSignal,
) => Promise<Duplex>;

export interface ReachOptions {
  readonly targets: ForwardTargets;
  readonly dial: Dial;
  readonly clock: Clock;
  /** ms until the next attempt after one that failed */
  readonly retry: number;
}

/**
 * A connection to whoever serves now. Waits while nobody does or can be reached, and chooses again as soon as the
 * session changes, also while a pod that is no longer the right one is being dialled. Rejects when the signal fires.
 */
export async function reachPod(options: ReachOptions, signal: AbortSignal): Promise<Duplex> {
  for (;;) {
    signal.throwIfAborted();
    const upstream = await tryOnce(options, signal);
    if (upstream) return upstream;
  }
}

/** @returns undefined when it is time to choose again */
async function tryOnce(options: ReachOptions, signal: AbortSignal): Promise<Duplex | undefined> {
  const { targets, dial, clock, retry } = options;
  const target = targets.choose();
  const change = new AbortController();
  const forget = targets.onChange(() => isSame(targets.choose(), target) || change.abort());
  const over = AbortSignal.any([signal, change.signal]);
  try {
    if (!target) return await untilAborted(over);
    const { pod, port } = target;
    return await dial({ namespace: pod.namespace, pod: pod.name, port }, over);
  } catch {
    if (!over.aborted) await clock.sleep(retry, over).catch(() => {});
    return undefined;
  } finally {
    forget();
  }
}

function isSame(a: ForwardTarget | undefined, b: ForwardTarget | undefined): boolean {
  return a?.pod.uid === b?.pod.uid && a?.port === b?.port;
}

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
