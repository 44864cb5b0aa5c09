import { once } from 'node:events';
import type { Socket } from 'node:net';
import { createClientInlet } from './client-inlet.ts';
import { exchange } from './exchange.ts';
import { type ReachOptions, reachPod } from './reach-pod.ts';
import { resetSocket } from './reset-socket.ts';

export interface HoldOptions extends ReachOptions {
  /** ms that a client waits for a pod, from its start */
  readonly wait: number;
  /** ms that an open connection gets to end once the session ends */
  readonly grace: number;
}

/**
 * Serves one client from a paused socket: joins it with the pod that serves now, waiting for one if need be. What the
 * client sends meanwhile reaches the pod that takes it. A client that waited in vain is reset. Resolves when the socket
 * is closed; rejects never but for a bug.
 */
export async function holdConnection(
  socket: Socket,
  options: HoldOptions,
  signal: AbortSignal,
): Promise<void> {
  const life = new AbortController();
  const end = () => life.abort();
  const inlet = createClientInlet(socket, end);
  const deadline = options.clock.now() + options.wait;
  try {
    for (let pause = 0; ; pause = options.retry) {
      const upstream = await reachBefore(deadline, pause, options, life, signal);
      const outcome = await exchange({ socket, inlet, upstream, ...options }, life.signal, signal);
      if (outcome === 'over') return;
    }
  } catch (error) {
    if (!life.signal.aborted) throw error;
  } finally {
    end();
    if (!socket.destroyed) resetSocket(socket);
    if (!socket.closed) await once(socket, 'close');
  }
}

/** Ends the life of the connection when nobody was reached in time or the session ends first. */
async function reachBefore(
  deadline: number,
  pause: number,
  options: HoldOptions,
  life: AbortController,
  signal: AbortSignal,
): Promise<Awaited<ReturnType<typeof reachPod>>> {
  const reached = new AbortController();
  const end = () => life.abort();
  const { clock } = options;
  clock.sleep(Math.max(0, deadline - clock.now()), reached.signal).then(end, () => {});
  signal.addEventListener('abort', end);
  if (signal.aborted) end();
  try {
    if (pause > 0) await clock.sleep(pause, life.signal);
    return await reachPod(options, life.signal);
  } finally {
    reached.abort();
    signal.removeEventListener('abort', end);
  }
}
