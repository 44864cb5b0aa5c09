import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/**
 * What a client sends, kept until it is sure that a pod has it, so that the connection can be tried again elsewhere
 * without the client noticing.
 */
export interface ClientInlet {
  /** Sends what came so far, then all that comes, to a pod. */
  attach(upstream: Duplex): void;
  /** Stops sending. True when the next pod can be given everything from the start. */
  detach(): boolean;
  /** A client that sends more than is kept need not wait any longer; there is no second pod for it then. */
  allowMore(): void;
  /** The pod has it: nothing is kept any more. */
  release(): void;
}

/** Bytes kept of one client; one that sends more waits. */
const KEPT = 64 * 1024;

/**
 * Reads from a paused socket. A half-close is passed on. A client that breaks off, or ends before it sent anything and
 * before a pod was found, is `gone`.
 */
export function createClientInlet(socket: Socket, gone: () => void): ClientInlet {
  let kept: Buffer[] | undefined = [];
  let size = 0;
  let mayOverflow = false;
  let ended = false;
  let upstream: Duplex | undefined;

  const flow = (): void => {
    if (size > KEPT && mayOverflow) kept = undefined;
    const isFull = kept !== undefined && size > KEPT;
    if (isFull || upstream?.writableNeedDrain) socket.pause();
    else socket.resume();
  };

  const attach = (to: Duplex): void => {
    upstream = to;
    to.on('drain', flow);
    for (const chunk of kept ?? []) to.write(chunk);
    if (ended) to.end();
    flow();
  };

  const detach = (): boolean => {
    upstream?.off('drain', flow);
    upstream = undefined;
    mayOverflow = false;
    return kept !== undefined;
  };

  const allowMore = (): void => {
    mayOverflow = true;
    flow();
  };

  const release = (): void => {
    kept = undefined;
    flow();
  };

  socket.on('data', (chunk: Buffer) => {
    size += chunk.length;
    kept?.push(chunk);
    if (upstream?.writable) upstream.write(chunk);
    flow();
  });
  socket.on('end', () => {
    ended = true;
    if (!upstream && size === 0) gone();
    upstream?.end();
  });
  socket.on('error', () => {}); // followed by close
  socket.on('close', gone);
  flow();
  return { attach, detach, allowMore, release };
}
