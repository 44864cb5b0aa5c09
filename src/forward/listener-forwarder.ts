import type { Socket } from 'node:net';
import type { ForwardSpec } from '../session/events.ts';
import { RockpoolError } from '../session/failure.ts';
import type { Clock, Emit, Forwarder, ForwardTargets } from '../session/ports.ts';
import { holdConnection } from './hold-connection.ts';
import { type LoopbackListener, listenOnLoopback } from './node-loopback-listener.ts';
import { portFailure } from './port-failure.ts';
import { watchPorts } from './port-watch.ts';
import type { Dial } from './reach-pod.ts';

export interface ListenerForwarderOptions {
  readonly dial: Dial;
  readonly clock: Clock;
  /** ms that a connection waits for a pod, from its start; default 30 s */
  readonly wait?: number;
  /** ms until a pod that could not be reached is dialled again; default 100 */
  readonly retry?: number;
  /** ms that open connections get to end when the forward ends; default 300 */
  readonly grace?: number;
}

/** Connections of one forward at once, waiting ones too; more are refused. Each keeps 64 KiB at most. */
const MAX_CONNECTIONS = 1_000;

/** Forwards by listening on local ports itself, so that a port outlives every pod behind it. */
export function createListenerForwarder(options: ListenerForwarderOptions): Forwarder {
  const settings = { wait: 30_000, retry: 100, grace: 300, ...options };

  const forward = async (
    spec: ForwardSpec,
    targets: ForwardTargets,
    emit: Emit,
    signal: AbortSignal,
  ): Promise<void> => {
    signal.throwIfAborted();
    const { promise: ended, resolve: end, reject } = Promise.withResolvers<void>();
    const broken = new AbortController();
    const life = AbortSignal.any([signal, broken.signal]);
    const dial = watchPorts({ ...settings, spec, targets, emit }, life);
    const clients = createClients({
      serve: (socket) => holdConnection(socket, { ...settings, dial, targets }, life),
      onCrash: (error) => {
        broken.abort();
        reject(error);
      },
    });
    const listener = await listen(spec, clients.accept);
    signal.addEventListener('abort', () => end(), { once: true });
    if (signal.aborted) end();
    else emit({ type: 'forward.opened', forward: spec.id, port: listener.port });
    try {
      await ended;
    } finally {
      const closed = listener.close();
      await clients.settled();
      await closed;
    }
  };

  return { forward };
}

async function listen(spec: ForwardSpec, serve: (socket: Socket) => void): Promise<LoopbackListener> {
  try {
    return await listenOnLoopback(spec.local, serve);
  } catch (error) {
    const failure = await portFailure(spec, error);
    throw failure ? new RockpoolError(failure, { cause: error }) : error;
  }
}

interface ClientsOptions {
  /** resolves when the client's socket is closed */
  serve(socket: Socket): Promise<void>;
  onCrash(error: unknown): void;
}

/** The clients of one forward. */
function createClients({ serve, onCrash }: ClientsOptions) {
  const open = new Set<Promise<void>>();

  const accept = (socket: Socket): void => {
    if (open.size >= MAX_CONNECTIONS) {
      socket.resetAndDestroy();
      return;
    }
    const served: Promise<void> = serve(socket)
      .catch(onCrash)
      .finally(() => open.delete(served));
    open.add(served);
  };

  const settled = async (): Promise<void> => {
    while (open.size > 0) await Promise.all(open);
  };

  return { accept, settled };
}
