import { once } from 'node:events';
import { connect, createServer as createTcpServer, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { openPortForward, type PortForwardTiming } from '../../../src/kube/port-forward-stream.ts';
import { clientOf, startApiServer, status } from './api-server.ts';

const PORT = 8080;

describe('openPortForward', () => {
  it('carries bytes both ways, without the port that leads each channel', async () => {
    const { stream, pod } = await forward();
    stream.write('hello');
    await expect(pod.received(5)).resolves.toBe('hello');
    pod.send('hi ');
    pod.send('there');
    pod.socket.close(1000);
    await expect(readAll(stream)).resolves.toBe('hi there');
  });

  it('asks for the pod, the port and a protocol that every kubelet speaks', async () => {
    const { request, pod } = await forward();
    expect(request.url).toBe(`/api/v1/namespaces/shop/pods/web-0/portforward?ports=${PORT}`);
    expect(pod.socket.protocol).toBe('v4.channel.k8s.io');
  });

  it('reads what came together with the upgrade', async () => {
    const { stream, pod } = await forward({ early: 'banner' });
    pod.socket.close(1000);
    await expect(readAll(stream)).resolves.toBe('banner');
  });

  it('fails with REFUSED when nothing listens on the port, before any byte', async () => {
    const { stream, pod } = await forward();
    const failed = once(stream, 'error');
    pod.fail(
      'error forwarding port 8080 to pod 1f: failed to connect to localhost:8080 inside namespace "1f", IPv4: dial tcp4 127.0.0.1:8080: connect: connection refused',
    );
    expect(await failed).toMatchObject([{ name: 'PortForwardError', code: 'REFUSED' }]);
  });

  it.each([
    ['E connect(5, AF=2 127.0.0.1:8080, 16): Connection refused', 'REFUSED'],
    ['failed to find sandbox "1f" in store: not found', 'GONE'],
    ['sandbox container "1f" is not running', 'GONE'],
    ['unable to do port forwarding: socat not found', 'FAILED'],
  ])('tells apart what the node says: %s', async (text, code) => {
    const { stream, pod } = await forward();
    const failed = once(stream, 'error');
    pod.fail(text);
    expect(await failed).toMatchObject([{ code, message: text }]);
  });

  it('gives what came before a failure, then the failure', async () => {
    const { stream, pod } = await forward();
    pod.send('half an answer');
    pod.fail('read: connection reset by peer');
    const closed = new Promise((resolve) => stream.once('close', resolve));
    let text = '';
    stream.on('data', (chunk) => {
      text += chunk;
    });
    await closed;
    expect(stream.errored).toMatchObject({ code: 'FAILED' });
    expect(text).toBe('half an answer');
  });

  it('loses no late reply when the local side has ended first', async () => {
    const { stream, pod } = await forward();
    const finished = once(stream, 'finish');
    stream.end('request');
    await Promise.all([pod.received(7), finished]);
    pod.send('late reply');
    pod.socket.close(1000);
    await expect(readAll(stream)).resolves.toBe('late reply');
  });

  it('gives up on a pod that says nothing after the local side has ended', async () => {
    const { stream, pod } = await forward({ timing: { grace: 20 } });
    stream.end('request');
    await expect(readAll(stream)).resolves.toBe('');
    await pod.closed;
  });

  it('ends with the pod, and drops what is written then', async () => {
    const { stream, pod } = await forward();
    pod.socket.close(1000);
    await expect(readAll(stream)).resolves.toBe('');
    stream.write('too late');
    stream.end();
    await once(stream, 'close');
    expect(stream.errored).toBeNull();
  });

  it('fails with LOST when the connection is reset, also within a frame', async () => {
    const whole = await forward();
    const failed = once(whole.stream, 'error');
    whole.connection.resetAndDestroy();
    expect(await failed).toMatchObject([{ code: 'LOST' }]);

    const cut = await forward();
    const broken = once(cut.stream, 'error');
    cut.connection.write(Buffer.of(0x82, 0x7e, 0x10, 0x00, 0, 1, 2), () => cut.connection.resetAndDestroy());
    expect(await broken).toMatchObject([{ code: 'LOST' }]);
  });

  it('makes the pod wait for a slow local reader', async () => {
    const total = 64 * 1024 * 1024;
    const { stream, pod } = await forward();
    const sent = pod.pour(total);
    let read = 0;
    let ahead = 0;
    for await (const chunk of stream) {
      read += chunk.length;
      ahead = Math.max(ahead, sent.bytes() - read);
      for (let turn = 0; turn < 5; turn++) await setImmediate();
    }
    expect(read).toBe(total);
    expect(ahead).toBeLessThan(total / 4);
  });

  it('makes a local writer wait for a slow pod', async () => {
    const total = 64 * 1024 * 1024;
    const { stream, pod } = await forward();
    pod.socket.pause();
    const chunk = Buffer.alloc(64 * 1024);
    let written = 0;
    while (stream.write(chunk)) written += chunk.length;
    // It said stop, and goes on saying so while the pod reads nothing.
    let drained = false;
    stream.once('drain', () => {
      drained = true;
    });
    for (let turn = 0; turn < 1000; turn++) {
      await setImmediate();
      if (!drained) continue;
      drained = false;
      stream.once('drain', () => {
        drained = true;
      });
      while (stream.write(chunk) && written < total) written += chunk.length;
    }
    expect(written).toBeLessThan(total / 2);
    pod.socket.resume();
    stream.end();
    await once(stream, 'finish');
  });

  it('sends a large write whole and in order', async () => {
    const { stream, pod } = await forward();
    const large = Buffer.alloc(3 * 1024 * 1024, Buffer.from('0123456789abcdef!'));
    stream.end(large);
    expect((await pod.received(large.length)) === large.toString()).toBe(true);
  });

  it('pings while nothing is said', async () => {
    const { pod } = await forward({ timing: { ping: 10 } });
    await once(pod.socket, 'ping');
  });

  it('is destroyed by the signal, while connecting and later', async () => {
    const controller = new AbortController();
    const { stream, pod } = await forward({ signal: controller.signal });
    const failed = once(stream, 'error');
    controller.abort();
    expect(await failed).toMatchObject([{ name: 'AbortError' }]);
    await pod.closed;

    const api = await startApiServer(() => {});
    const again = new AbortController();
    const asked = once(api.server, 'upgrade');
    const connecting = openPortForward(await clientOf(api.url), target, again.signal);
    await asked;
    again.abort(new Error('enough'));
    await expect(connecting).rejects.toThrow('enough');
  });

  it('tells the pod when it is destroyed', async () => {
    const { stream, pod } = await forward();
    stream.destroy();
    await pod.closed;
  });

  it('rejects when there is no such pod', async () => {
    const api = await startApiServer(() => {});
    const body = JSON.stringify(status(404, 'NotFound', 'pods "web-0" not found'));
    api.server.on('upgrade', (_, socket) =>
      socket.end(`HTTP/1.1 404 Not Found\r\nContent-Length: ${body.length}\r\n\r\n${body}`),
    );
    await expect(
      openPortForward(await clientOf(api.url), target, new AbortController().signal),
    ).rejects.toMatchObject({
      status: { code: 404, reason: 'NotFound' },
    });
  });

  it('serves an HTTP client that ends its side first, through plain sockets', async () => {
    const { stream, pod } = await forward();
    const server = createTcpServer({ allowHalfOpen: true }, (local) => {
      local.pipe(stream).pipe(local);
      local.on('error', () => {});
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const address = server.address();
    const local = connect({
      port: typeof address === 'object' && address ? address.port : 0,
      allowHalfOpen: true,
    });
    local.end('GET / HTTP/1.0\r\n\r\n');
    await pod.received(18);
    pod.send('HTTP/1.0 200 OK\r\n\r\nbody');
    pod.socket.close(1000);
    await expect(readAll(local)).resolves.toBe('HTTP/1.0 200 OK\r\n\r\nbody');
  });
});

const target = { namespace: 'shop', pod: 'web-0', port: PORT };

/** A forwarded connection and the pod's end of it, as the kubelet has it. */
async function forward(options: { early?: string; timing?: PortForwardTiming; signal?: AbortSignal } = {}) {
  const api = await startApiServer(() => {});
  const sockets = new WebSocketServer({
    server: api.server,
    handleProtocols: (asked) => asked.values().next().value ?? false,
  });
  sockets.on('connection', (socket) => {
    for (const channel of [0, 1]) socket.send(Buffer.of(channel, PORT & 0xff, PORT >> 8));
    if (options.early) socket.send(Buffer.from(`\0${options.early}`));
  });
  const connected = once(sockets, 'connection');
  const signal = options.signal ?? new AbortController().signal;
  const stream = await openPortForward(await clientOf(api.url), target, signal, options.timing);
  onTestFinished(() => void stream.destroy());
  const [socket, request] = await connected;
  return { stream, request, connection: request.socket as Socket, pod: podEnd(socket) };
}

function podEnd(socket: WebSocket) {
  let text = '';
  const closed = once(socket, 'close');
  socket.on('error', () => {});
  socket.on('message', (data: Buffer) => {
    text += data.subarray(1).toString();
  });
  const send = (bytes: string | Buffer, callback?: () => void) =>
    socket.send(Buffer.concat([Buffer.of(0), Buffer.from(bytes)]), () => callback?.());
  return {
    socket,
    closed,
    send,
    fail(message: string) {
      socket.send(Buffer.from(`\x01${message}`));
      socket.close(1000);
    },
    async received(count: number) {
      while (text.length < count) await once(socket, 'message');
      return text;
    },
    /** Sends as fast as the connection takes it. */
    pour(total: number) {
      const chunk = Buffer.alloc(32 * 1024);
      let bytes = 0;
      const next = () => {
        bytes += chunk.length;
        if (bytes < total) send(chunk, next);
        else send(chunk, () => socket.close(1000));
      };
      next();
      return { bytes: () => bytes };
    },
  };
}

async function readAll(stream: Duplex): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += chunk;
  return text;
}
