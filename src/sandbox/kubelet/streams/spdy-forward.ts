import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connectToPod, forwardFailure } from './pod-connection.ts';
import { createFrameReader, type SpdyFrame, writeFrame } from './spdy-frames.ts';
import { createSpdyHeaders, type SpdyHeaders } from './spdy-headers.ts';

/** A connection of kubectl's: two streams with one request number. */
interface Forwarded {
  readonly errors: number;
  pod?: Socket;
  /** what came before the pod was reached */
  readonly early: Buffer[];
  isEnded: boolean;
}

interface Tunnel {
  readonly wire: Duplex;
  readonly address: string;
  readonly headers: SpdyHeaders;
  readonly requests: Map<string, Forwarded>;
  /** by its data stream */
  readonly streams: Map<number, Forwarded>;
}

/**
 * Forwards as kubectl wants it: SPDY frames, a pair of streams for each connection. No windows are kept: neither does
 * moby/spdystream, which kubectl uses. Resolves when the wire has ended, and with it every connection.
 */
export async function forwardOverSpdy(wire: Duplex, address: string): Promise<void> {
  const tunnel: Tunnel = {
    ...{ wire, address, headers: createSpdyHeaders() },
    ...{ requests: new Map(), streams: new Map() },
  };
  const read = createFrameReader();
  // The loop below sees it, or is over.
  wire.on('error', () => {});
  try {
    for await (const bytes of wire as AsyncIterable<Buffer>)
      for (const frame of read(bytes)) await take(tunnel, frame);
  } catch {
    // The client broke off, or does not speak SPDY.
  }
  for (const { pod } of tunnel.streams.values()) pod?.destroy();
  wire.destroy();
}

async function take(tunnel: Tunnel, frame: SpdyFrame): Promise<void> {
  if (frame.is === 'open') return open(tunnel, frame);
  if (frame.is === 'ping') tunnel.wire.write(writeFrame.ping(frame.id));
  if (frame.is === 'goAway') tunnel.wire.end();
  if (frame.is === 'reset') tunnel.streams.get(frame.stream)?.pod?.destroy();
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
  const { wire, headers, requests, streams } = tunnel;
  const given = await headers.read(block);
  wire.write(writeFrame.opened(stream, await headers.empty()));
  const request = given.get('requestid') ?? '';
  if (given.get('streamtype') === 'error') {
    requests.set(request, { errors: stream, early: [], isEnded: false });
    return;
  }
  const forwarded = requests.get(request);
  if (!forwarded) return;
  requests.delete(request);
  streams.set(stream, forwarded);
  void reach(tunnel, forwarded, stream, Number(given.get('port')));
}

async function reach(tunnel: Tunnel, forwarded: Forwarded, stream: number, port: number): Promise<void> {
  const { wire, address, streams } = tunnel;
  const over = (failure?: string) => {
    streams.delete(stream);
    if (!wire.writable) return;
    wire.write(writeFrame.data(forwarded.errors, Buffer.from(failure ?? ''), true));
    wire.write(writeFrame.data(stream, Buffer.alloc(0), true));
  };
  try {
    const pod = await connectToPod(address, port);
    forwarded.pod = pod;
    for (const bytes of forwarded.early.splice(0)) pod.write(bytes);
    if (forwarded.isEnded) pod.end();
    pod.on('data', (bytes: Buffer) => {
      pod.pause();
      wire.write(writeFrame.data(stream, bytes), () => pod.resume());
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
