import { once } from 'node:events';
import { createServer as createHttpServer, get } from 'node:http';
import { createServer, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../src/cli/system-clock.ts';
import { createListenerForwarder } from '../../../src/forward/listener-forwarder.ts';
import type { Dial } from '../../../src/forward/reach-pod.ts';
import { RockpoolError } from '../../../src/session/failure.ts';
import { createManualClock } from '../../support/manual-clock.ts';
import {
  client,
  closed,
  createTargets,
  dialLoopback,
  readAll,
  serve,
  spec,
  startForward,
  until,
} from './forwarding.ts';

/** Answers "name: " and what it got, once the client has ended. */
const echo = (name: string) => (socket: Socket) => {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.on('end', () => socket.end(`${name}: ${Buffer.concat(chunks)}`));
};

/** A forward whose first pod takes a connection and then fails it with a code, before any answer. */
async function startBroken(code: string) {
  const dials: string[] = [];
  const failed = Promise.withResolvers<void>();
  const dial: Dial = async (target, signal) => {
    dials.push(target.pod);
    if (target.pod !== 'web-1') return dialLoopback(target, signal);
    const stream: Duplex = new Duplex({
      read: () => {},
      write: (_chunk, _encoding, callback) => {
        callback();
        stream.destroy(Object.assign(new Error(code), { code }));
        failed.resolve();
      },
    });
    return stream;
  };
  const forward = await startForward({ clock: systemClock, dial });
  forward.targets.set('web-1', 1);
  return { ...forward, dials, broken: failed.promise };
}

describe('a forward', () => {
  it('resets the client when the connection is lost in the midst of an answer, and ends all the same', async () => {
    const dial: Dial = async () => {
      const stream: Duplex = new Duplex({
        allowHalfOpen: true,
        read: () => {},
        write(_chunk, _encoding, callback) {
          callback();
          stream.push('half');
          stream.push(null);
        },
      });
      stream.on('error', () => {});
      stream.once('end', () => stream.destroy(Object.assign(new Error('lost'), { code: 'LOST' })));
      return stream;
    };
    const { port, targets, stop, done } = await startForward({ clock: systemClock, dial });
    targets.set('web-1', 1);
    const socket = await client(port);
    const reading = readAll(socket);
    socket.write('hello');
    await expect(reading).rejects.toMatchObject({ code: 'ECONNRESET' });
    stop();
    await done;
  });

  it('answers on 127.0.0.1 and ::1 on the same port', async () => {
    const server = await serve((socket) => socket.end('hello'));
    const { port, targets } = await startForward({ clock: systemClock });
    targets.set('web-1', server.port);
    expect(await readAll(await client(port))).toBe('hello');
    expect(await readAll(await client(port, '::1'))).toBe('hello');
  });

  it('passes a half-close on, so that what follows it still arrives', async () => {
    const server = await serve(echo('web-1'));
    const { port, targets } = await startForward({ clock: systemClock });
    targets.set('web-1', server.port);
    const socket = await client(port);
    socket.end('question');
    expect(await readAll(socket)).toBe('web-1: question');
  });

  it('lets a client go on sending after the pod has ended its side', async () => {
    const got = Promise.withResolvers<string>();
    const server = await serve((socket) => {
      socket.end('bye');
      readAll(socket).then(got.resolve, got.reject);
    });
    const { port, targets } = await startForward({ clock: systemClock });
    targets.set('web-1', server.port);
    const socket = await client(port);
    expect(await readAll(socket)).toBe('bye');
    socket.end('last words');
    expect(await got.promise).toBe('last words');
  });

  it('passes megabytes both ways to a slow reader, holding little of them', async () => {
    const body = Buffer.alloc(24 * 1024 * 1024, 'x');
    const server = await serve((socket) => void socket.pipe(socket));
    let held = 0;
    let looks = 0;
    const { port, targets } = await startForward({
      clock: systemClock,
      dial: async (target, signal) => {
        const upstream = await dialLoopback(target, signal);
        const measure = () => {
          looks += 1;
          held = Math.max(held, upstream.writableLength + upstream.readableLength);
        };
        return upstream.on('data', measure).on('drain', measure).on('pause', measure);
      },
    });
    targets.set('web-1', server.port);
    const socket = await client(port);
    socket.end(body);
    let size = 0;
    for await (const chunk of socket) {
      size += chunk.length;
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(size).toBe(body.length);
    expect(looks).toBeGreaterThan(0);
    expect(held).toBeLessThan(1024 * 1024);
  });

  it('goes to the pod that serves when the connection starts, and stays there', async () => {
    const one = await serve(echo('web-1'));
    const two = await serve(echo('web-2'));
    const { port, targets } = await startForward({ clock: systemClock });
    targets.set('web-1', one.port);
    const first = await client(port);
    first.write('a');
    await once(one, 'connection');
    targets.set('web-2', two.port);
    const second = await client(port);
    second.end('b');
    first.end();
    expect(await readAll(second)).toBe('web-2: b');
    expect(await readAll(first)).toBe('web-1: a');
  });

  it('resets the client when the pod breaks off in the middle', async () => {
    const server = await serve((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      socket.once('data', () => socket.resetAndDestroy());
    });
    const { port, targets } = await startForward({ clock: systemClock });
    targets.set('web-1', server.port);
    const socket = await client(port);
    await once(socket, 'data');
    socket.write('x');
    await expect(readAll(socket)).rejects.toThrow('ECONNRESET');
  });

  it('leaves the pod when the client breaks off', async () => {
    const left = Promise.withResolvers<void>();
    const server = await serve((socket) => socket.resume().on('end', left.resolve));
    const { port, targets, done, stop } = await startForward({ clock: systemClock });
    targets.set('web-1', server.port);
    const socket = await client(port);
    await once(server, 'connection');
    socket.resetAndDestroy();
    await left.promise;
    stop();
    await done;
  });
});

describe('a connection while no pod serves', () => {
  it('waits and then reaches the pod with all that was sent meanwhile', async () => {
    const { port, targets } = await startForward({ clock: createManualClock() });
    const socket = await client(port);
    socket.write('one ');
    await until(() => targets.waiting() > 0);
    socket.end('two');
    const server = await serve(echo('web-1'));
    targets.set('web-1', server.port);
    expect(await readAll(socket)).toBe('web-1: one two');
  });

  it('holds a large upload back by backpressure, not in memory, and loses nothing of it', async () => {
    const { port, targets } = await startForward({ clock: systemClock });
    const socket = await client(port);
    const body = Buffer.alloc(32 * 1024 * 1024, 'y');
    expect(socket.write(body)).toBe(false);
    await until(() => targets.waiting() > 0);
    socket.end();
    const server = await serve((upstream) => {
      let size = 0;
      upstream.on('data', (chunk) => (size += chunk.length));
      upstream.on('end', () => upstream.end(String(size)));
    });
    targets.set('web-1', server.port);
    expect(await readAll(socket)).toBe(String(body.length));
  });

  it('is tried again when the chosen pod refuses, without the client noticing', async () => {
    const clock = createManualClock();
    const { port, targets } = await startForward({ clock });
    const closed = await serve(() => {});
    const free = closed.port;
    closed.close();
    await once(closed, 'close');
    targets.set('web-1', free);
    const socket = await client(port);
    socket.end('patience');
    await until(() => clock.pending().includes(100)); // the pause between two attempts
    await serve(echo('web-1'), free);
    clock.advance(100);
    expect(await readAll(socket)).toBe('web-1: patience');
  });

  it.each([
    ['REFUSED', 'is given to the next pod when nothing listens in this one'],
    ['GONE', 'is given to the next pod when this one has ended'],
  ])('%s: %s', async (code) => {
    const server = await serve(echo('web-2'));
    const { port, targets, broken } = await startBroken(code);
    const socket = await client(port);
    socket.end('once');
    await broken;
    targets.set('web-2', server.port);
    expect(await readAll(socket)).toBe('web-2: once');
  });

  it('is not given to a second pod when the first may have seen its bytes', async () => {
    const { port, dials } = await startBroken('LOST');
    const socket = await client(port);
    socket.write('POST /order');
    await expect(readAll(socket)).rejects.toThrow('ECONNRESET');
    expect(dials).toEqual(['web-1']);
  });

  it('leaves a pod that hangs as soon as another one serves', async () => {
    const server = await serve(echo('web-2'));
    const dialled: string[] = [];
    const { port, targets } = await startForward({
      clock: createManualClock(),
      dial: async (target, signal) => {
        dialled.push(target.pod);
        if (target.pod === 'web-2') return dialLoopback(target, signal);
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
      },
    });
    targets.set('web-1', 1);
    const socket = await client(port);
    socket.end('hi');
    await until(() => dialled.length === 1);
    targets.set('web-2', server.port);
    expect(await readAll(socket)).toBe('web-2: hi');
    expect(dialled).toEqual(['web-1', 'web-2']);
  });

  it('is reset after 30 s, and not before', async () => {
    const clock = createManualClock();
    const { port, targets } = await startForward({ clock });
    const socket = await client(port);
    let isOver = false;
    const over = closed(socket).then(() => (isOver = true));
    socket.write('anybody?');
    await until(() => targets.waiting() === 1);
    clock.advance(29_999);
    await new Promise((resolve) => setImmediate(resolve));
    expect(isOver).toBe(false);
    clock.advance(1);
    await over;
    await until(() => targets.waiting() === 0);
  });

  it('ends when the client goes, and nobody is dialled for it', async () => {
    let dials = 0;
    const { port, targets } = await startForward({
      clock: createManualClock(),
      dial: async () => {
        dials += 1;
        throw new Error('not expected');
      },
    });
    const silent = await client(port);
    const broken = await client(port);
    broken.write('half a request');
    await until(() => targets.waiting() === 2);
    silent.end();
    broken.resetAndDestroy();
    await until(() => targets.waiting() === 0);
    targets.set('web-1', 1);
    expect(dials).toBe(0);
  });
});

describe('an HTTP client', () => {
  it('gets its answer although the pod came after the request', async () => {
    const server = createHttpServer((request, response) => response.end(`you asked for ${request.url}`));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close().closeAllConnections());
    const address = server.address();
    const { port, targets } = await startForward({ clock: systemClock });
    const answered = new Promise<string>((resolve, reject) => {
      get({ port, path: '/late', agent: false }, (response) =>
        readAll(response as never).then(resolve, reject),
      ).on('error', reject);
    });
    await until(() => targets.waiting() > 0);
    targets.set('web-1', typeof address === 'object' ? (address?.port ?? 0) : 0);
    expect(await answered).toBe('you asked for /late');
  });
});

describe('the end of a forward', () => {
  it('frees the port and ends every connection, waiting and open ones', async () => {
    const server = await serve((socket) => socket.write('open'));
    const { port, targets, stop, done } = await startForward({ clock: systemClock });
    const waiting = await client(port);
    await until(() => targets.waiting() === 1);
    waiting.destroy();
    await until(() => targets.waiting() === 0);
    targets.set('web-1', server.port);
    const open = await client(port);
    await once(open, 'data');
    targets.set(undefined);
    const held = await client(port);
    await until(() => targets.waiting() === 1);
    const heldClosed = closed(held);
    const openEnded = once(open, 'end');
    stop();
    await Promise.all([openEnded, heldClosed]);
    open.end();
    await done;
    expect(targets.waiting()).toBe(0);
    const again = createServer().listen(port, '127.0.0.1');
    await once(again, 'listening');
    again.close();
  });

  it('does not wait for a client that never closes', async () => {
    const clock = createManualClock();
    const server = await serve((socket) => socket.write('open'));
    const { port, targets, stop, done } = await startForward({ clock });
    targets.set('web-1', server.port);
    const stubborn = await client(port);
    await once(stubborn, 'data');
    stop();
    await once(stubborn, 'end');
    clock.advance(300);
    await done;
  });

  it('is at once when it was over before it began', async () => {
    const forwarder = createListenerForwarder({
      dial: () => Promise.reject(new Error()),
      clock: systemClock,
    });
    const signal = AbortSignal.abort();
    const events: unknown[] = [];
    const forwarding = forwarder.forward(spec, createTargets(), (event) => events.push(event), signal);
    await expect(forwarding).rejects.toThrow('aborted');
    expect(events).toEqual([]);
  });
});

describe('a taken port', () => {
  it.each(['127.0.0.1', '0.0.0.0', '::', '::1'])('on %s is refused, naming who has it', async (host) => {
    const holder = createServer().listen(0, host);
    await once(holder, 'listening');
    onTestFinished(() => void holder.close());
    const address = holder.address();
    const local = typeof address === 'object' ? (address?.port ?? 0) : 0;
    const error = await startForward({ clock: systemClock, local }).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (!(error instanceof RockpoolError)) throw new Error('expected a RockpoolError');
    const [failure] = error.failures;
    expect(failure).toMatchObject({ code: 'PORT_TAKEN', subject: 'forward/service/web:80' });
    expect(failure?.message).toBe(`127.0.0.1:${local} is taken by node (pid ${process.pid})`);
    expect(failure?.hint).toContain(`kill ${process.pid}`);
  });

  it('is held again by a new forward right after the old one ended', async () => {
    const first = await startForward({ clock: systemClock });
    first.stop();
    await first.done;
    const second = await startForward({ clock: systemClock, local: first.port });
    expect(second.port).toBe(first.port);
  });
});
