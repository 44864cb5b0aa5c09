import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { onTestFinished } from 'vitest';
import { createListenerForwarder } from '../../../src/forward/listener-forwarder.ts';
import type { Dial } from '../../../src/forward/reach-pod.ts';
import type { EventBody, ForwardSpec } from '../../../src/session/events.ts';
import type { Clock, ForwardTarget } from '../../../src/session/ports.ts';
import { pod } from '../../support/events.ts';

export const spec: ForwardSpec = {
  id: 'service/web:80',
  kind: 'service',
  name: 'web',
  namespace: 'shop',
  port: 80,
  local: 'auto',
};

/** A server on loopback that is gone when the test is. */
export async function serve(handle: (socket: Socket) => void, port = 0): Promise<Server & { port: number }> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    handle(socket);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  const address = server.address();
  return Object.assign(server, { port: typeof address === 'object' ? (address?.port ?? 0) : 0 });
}

/** The session as a forward sees it: who serves now. */
export function createTargets() {
  const listeners = new Set<() => void>();
  let target: ForwardTarget | undefined;
  return {
    choose: () => target,
    onChange: (callback: () => void) => {
      listeners.add(callback);
      return () => listeners.delete(callback);
    },
    set(name: string | undefined, port = 0) {
      target = name === undefined ? undefined : { pod: pod({ name, uid: name }), port };
      for (const listener of [...listeners]) listener();
    },
    waiting: () => listeners.size,
  };
}

/**
 * Dials ports of this machine as the apiserver's port-forward does: it resolves before the pod was asked, and a port
 * where nobody listens shows as an error of code REFUSED.
 */
export const dialLoopback: Dial = async ({ port }, signal) => {
  signal.throwIfAborted();
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  const stream = new Duplex({
    allowHalfOpen: true,
    read: () => socket.resume(),
    write: (chunk, _, callback) => void socket.write(chunk, () => callback()),
    final: (callback) => void socket.end(callback),
    destroy(error, callback) {
      socket.destroy();
      callback(error);
    },
  });
  stream.on('error', () => {});
  socket.on('data', (chunk) => stream.push(chunk) || socket.pause());
  socket.on('end', () => stream.push(null));
  socket.on('error', (error: NodeJS.ErrnoException) => {
    const refused = error.code === 'ECONNREFUSED';
    stream.destroy(Object.assign(new Error(error.message), { code: refused ? 'REFUSED' : 'LOST' }));
  });
  const abort = () => stream.destroy();
  signal.addEventListener('abort', abort);
  stream.on('close', () => signal.removeEventListener('abort', abort));
  return stream;
};

/** A running forward; it is stopped with the test. */
export async function startForward(options: { dial?: Dial; clock: Clock; local?: number }) {
  const { dial = dialLoopback, clock, local } = options;
  const targets = createTargets();
  const controller = new AbortController();
  const opened = Promise.withResolvers<number>();
  const emit = (event: EventBody) => void (event.type === 'forward.opened' && opened.resolve(event.port));
  const forwarder = createListenerForwarder({ dial, clock });
  const wanted = local === undefined ? spec : { ...spec, local };
  const done = forwarder.forward(wanted, targets, emit, controller.signal);
  onTestFinished(async () => {
    controller.abort();
    await done.catch(() => {});
  });
  const port = await Promise.race([opened.promise, done.then(() => 0)]);
  return { port, targets, done, stop: () => controller.abort() };
}

/** A client of a forward. */
export async function client(port: number, host = '127.0.0.1') {
  const socket = connect({ port, host, allowHalfOpen: true });
  socket.on('error', () => {});
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  return socket;
}

/** Everything that comes until the other side ends; rejects when it breaks off. */
export async function readAll(socket: Duplex): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** Resolves once a condition that some event brings about holds. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

/** Resolves when a socket is closed, by whatever. */
export function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => void socket.on('close', () => resolve()));
}
