import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Clock } from '../session/ports.ts';
import type { ClientInlet } from './client-inlet.ts';
import { resetSocket } from './reset-socket.ts';

export interface Exchange {
  readonly socket: Socket;
  readonly inlet: ClientInlet;
  readonly upstream: Duplex;
  readonly clock: Clock;
  /** ms that the client gets to take the rest and close, once the session ends */
  readonly grace: number;
}

/** ms after which a pod that has not refused is taken to listen, when a client has sent more than is kept. */
const REFUSAL = 150;
/** ms that a client whose pod has closed may go on sending into the void, as it would to a closed socket. */
const LINGER = 30_000;

/**
 * Passes bytes both ways between a client and a pod until the client's socket is closed (`over`) or the pod turned out
 * to refuse before it took anything, when the client can be given to another one (`refused`). Each end of a direction is
 * passed on; a pod that breaks off resets the client.
 *
 * @param life fires when the socket is closed
 * @param signal fires when the session ends
 */
export async function exchange(
  { socket, inlet, upstream, clock, grace }: Exchange,
  life: AbortSignal,
  signal: AbortSignal,
): Promise<'over' | 'refused'> {
  const { promise, resolve } = Promise.withResolvers<'over' | 'refused'>();
  const settled = new AbortController();
  const later = (ms: number, act: () => void) => clock.sleep(ms, settled.signal).then(act, () => {});
  let answered = false;
  let decided = false;

  const fail = (error?: Error): void => {
    if (decided) return;
    decided = true;
    upstream.unpipe(socket);
    if (isRefused(error) && !answered && inlet.detach()) resolve('refused');
    else resetSocket(socket);
  };
  const stop = (): void => {
    decided = true;
    upstream.unpipe(socket).destroy();
    socket.end();
    later(grace, () => socket.destroy());
  };
  const over = () => resolve('over');

  upstream.on('error', fail);
  upstream.on('close', () => {
    if (upstream.readableEnded) later(LINGER, () => socket.destroy());
    else fail();
  });
  upstream.once('data', () => {
    answered = true;
    inlet.release();
  });
  life.addEventListener('abort', over);
  signal.addEventListener('abort', stop);
  // A connection that is lost after some bytes ends first and fails then: the client must not take half for the whole.
  upstream.pipe(socket, { end: false });
  upstream.once('end', () => upstream.errored ?? socket.end());
  inlet.attach(upstream);
  later(REFUSAL, inlet.allowMore);
  if (signal.aborted) stop();
  if (life.aborted) over();

  const outcome = await promise;
  settled.abort();
  life.removeEventListener('abort', over);
  signal.removeEventListener('abort', stop);
  upstream.destroy();
  return outcome;
}

/** Nothing listens in the pod, or the pod is not there any more: no byte of the client's was seen by a program. */
function isRefused(error: Error | undefined): boolean {
  return error !== undefined && 'code' in error && (error.code === 'REFUSED' || error.code === 'GONE');
}
