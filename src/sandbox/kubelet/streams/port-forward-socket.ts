import type { Duplex } from 'node:stream';
import { createWebSocketStream, type WebSocket } from 'ws';
import { refuse } from '../../api/api-error.ts';
import type { UpgradeRequest } from '../../api/pod-streams.ts';
import { acceptSocket } from './accept-socket.ts';
import { connectToPod, forwardFailure } from './pod-connection.ts';
import { forwardOverSpdy } from './spdy-forward.ts';

/** kubectl since 1.31 carries SPDY frames in a WebSocket; the others are one connection a WebSocket. */
const TUNNEL = 'SPDY/3.1+portforward.k8s.io';
const PLAIN = ['v4.channel.k8s.io', 'portforward.k8s.io'];
/** Bytes that may wait in the WebSocket before the pod is read no further. */
const QUEUED = 1024 * 1024;

/** Forwards to ports of the pod at this address. */
export async function upgradePortForward(
  address: string,
  { query, ...connection }: UpgradeRequest,
): Promise<void> {
  const ports = query
    .getAll('ports')
    .flatMap((text) => text.split(','))
    .map(Number);
  if (ports.some((port) => !Number.isInteger(port) || port < 1 || port > 65_535))
    throw refuse.badRequest(`unable to parse "${query.getAll('ports')}" as a port`);
  if (/^spdy\/3\.1$/i.test(connection.request.headers.upgrade ?? ''))
    return forwardOverSpdy(acceptSpdy(connection), address);
  const { socket, protocol } = await acceptSocket(connection, [TUNNEL, ...PLAIN]);
  if (protocol === TUNNEL) return forwardOverSpdy(createWebSocketStream(socket), address);
  for (const [index, port] of ports.entries()) void forward(socket, address, { index, port });
  if (ports.length === 0) socket.close(1000);
}

/** What clients before kubectl 1.31 want. */
function acceptSpdy({ socket, head }: Omit<UpgradeRequest, 'query'>): Duplex {
  const lines = ['HTTP/1.1 101 Switching Protocols', 'Connection: Upgrade', 'Upgrade: SPDY/3.1'];
  socket.write(`${[...lines, 'X-Stream-Protocol-Version: portforward.k8s.io'].join('\r\n')}\r\n\r\n`);
  if (head.length > 0) socket.unshift(head);
  return socket;
}

/** Each port has two channels, for data and for errors; the first message of each repeats the port. */
async function forward(
  socket: WebSocket,
  address: string,
  { index, port }: { readonly index: number; readonly port: number },
): Promise<void> {
  const [data, failures] = [index * 2, index * 2 + 1];
  const name = Buffer.of(port & 255, port >> 8);
  const send = (channel: number, bytes: Buffer) =>
    socket.send(Buffer.concat([Buffer.of(channel), bytes]), () => {});
  send(data, name);
  send(failures, name);
  // What comes before the pod has answered must wait.
  socket.pause();
  try {
    const pod = await connectToPod(address, port);
    socket.on('message', (raw) => {
      const message = raw as Buffer;
      if (message[0] !== data || message.length === 1 || pod.destroyed) return;
      if (pod.write(message.subarray(1))) return;
      socket.pause();
      pod.once('drain', () => socket.resume());
    });
    pod.on('data', (bytes: Buffer) => {
      send(data, bytes);
      if (socket.bufferedAmount > QUEUED) waitForRoom(socket, pod);
    });
    pod.once('close', () => {
      socket.resume();
      socket.close(1000);
    });
    pod.once('end', () => pod.destroySoon());
    socket.once('close', () => pod.destroy());
  } catch (error) {
    send(failures, Buffer.from(forwardFailure(port, address, error)));
    socket.close(1000);
  } finally {
    socket.resume();
  }
}

/** @param pod that is read no further until then */
function waitForRoom(socket: WebSocket, pod: { pause(): unknown; resume(): unknown }): void {
  pod.pause();
  const look = setInterval(() => {
    if (socket.bufferedAmount > QUEUED && socket.readyState === socket.OPEN) return;
    clearInterval(look);
    pod.resume();
  }, 10);
}
