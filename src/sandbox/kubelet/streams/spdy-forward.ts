import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import { connectToPod, forwardFailure } from './pod-connection.ts';
import { createFrameReader, type SpdyFrame, writeFrame } from './spdy-frames.ts';
import { createSpdyHeaders, type SpdyHeaders } from './spdy-headers.ts';

/** A connection of kubectl's: two streams with one request number. */
interface Forwarded {
  readonly errors: number;
  data?: number;
  pod?: Socket;
  /** what came before the pod was reached */
  readonly early: Buffer[];
  isEnded: boolean;
}

interface Tunnel {
  readonly socket: WebSocket;
  readonly address: string;
  readonly headers: SpdyHeaders;
  readonly requests: Map<string, Forwarded>;
  /** by its data stream */
  readonly streams: Map<number, Forwarded>;
}

/**
 * Forwards as kubectl wants it: SPDY frames in the messages of a WebSocket, a pair of streams for each connection. No
 * windows are kept: neither does moby/spdystream, which kubectl uses.
 */
export function forwardOverSpdy(socket: WebSocket, address: string): void {
  const tunnel = { socket, address, headers: createSpdyHeaders(), requests: new Map(), streams: new Map() };
  const read = createFrameReader();
  let turn: Promise<void> = Promise.resolve();
  socket.on('message', (raw) => {
    // Headers are one compressed stream: one frame after the other.
    for (const frame of read(raw as Buffer))
      turn = turn.then(() => take(tunnel, frame)).catch(() => socket.terminate());
  });
  socket.once('close', () => {
    for (const { pod } of tunnel.streams.values() as Iterable<Forwarded>) pod?.destroy();
  });
}

async function take(tunnel: Tunnel, frame: SpdyFrame): Promise<void> {
  if (frame.is === 'open') return open(tunnel, frame);
  if (frame.is === 'ping') return void tunnel.socket.send(writeFrame.ping(frame.id), () => {});
  if (frame.is === 'goAway') return tunnel.socket.close(1000);
  if (frame.is === 'reset') return void tunnel.streams.get(frame.stream)?.pod?.destroy();
  if (frame.is !== 'data') return;
  const forwarded = tunnel.streams.get(frame.stream);
  if (!forwarded) return;
  const { pod, early } = forwarded;
  if (frame.isLast) forwarded.isEnded = true;
  if (!pod) early.push(frame.bytes);
  else if (frame.bytes.length > 0 && !pod.write(frame.bytes)) await drained(pod);
  if (frame.isLast) pod?.end();
}

async function open(tunnel: Tunnel, { stream, headers: block }: SpdyFrame & { is: 'open' }): Promise<void> {
  const { socket, headers, requests, streams } = tunnel;
  const given = await headers.read(block);
  socket.send(writeFrame.opened(stream, await headers.empty()), () => {});
  const request = given.get('requestid') ?? '';
  if (given.get('streamtype') === 'error') {
    requests.set(request, { errors: stream, early: [], isEnded: false });
    return;
  }
  const forwarded = requests.get(request);
  if (!forwarded) return;
  requests.delete(request);
  forwarded.data = stream;
  streams.set(stream, forwarded);
  void reach(tunnel, forwarded, stream, Number(given.get('port')));
}

async function reach(tunnel: Tunnel, forwarded: Forwarded, stream: number, port: number): Promise<void> {
  const { socket, address, streams } = tunnel;
  const send = (bytes: Buffer) => socket.send(bytes, () => {});
  const over = (failure?: string) => {
    const text = Buffer.from(failure ?? '');
    send(writeFrame.data(forwarded.errors, text, true));
    send(writeFrame.data(stream, Buffer.alloc(0), true));
    streams.delete(stream);
  };
  try {
    const pod = await connectToPod(address, port);
    forwarded.pod = pod;
    for (const bytes of forwarded.early.splice(0)) pod.write(bytes);
    if (forwarded.isEnded) pod.end();
    pod.on('data', (bytes: Buffer) => {
      pod.pause();
      socket.send(writeFrame.data(stream, bytes), () => pod.resume());
    });
    pod.once('end', () => pod.destroySoon());
    pod.once('close', () => over());
  } catch (error) {
    over(forwardFailure(port, address, error));
  }
}

/** Resolves when there is room again, or nobody any more. */
async function drained(pod: Socket): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  pod.once('drain', resolve).once('close', resolve);
  await promise;
}
