import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { type ExecStreams, execInPod } from '../../../src/kube/exec-stream.ts';

const target = {
  namespace: 'shop',
  pod: 'web-1',
  container: 'web',
  command: ['sh', '-c', 'a b'],
  tty: false,
};
const success = JSON.stringify({ kind: 'Status', status: 'Success' });
const exited = (code: number) =>
  JSON.stringify({ status: 'Failure', details: { causes: [{ reason: 'ExitCode', message: `${code}` }] } });

/** A kubelet on loopback, the pod's side of the connection, and what the command wrote here. */
async function begin(over: { streams?: Partial<ExecStreams>; tty?: boolean; protocol?: string } = {}) {
  const { protocol = 'v5.channel.k8s.io' } = over;
  const server = new WebSocketServer({
    port: 0,
    handleProtocols: (all) => (all.has(protocol) ? protocol : false),
  });
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  let path = '';
  const messages: Buffer[] = [];
  server.on('connection', (socket) => socket.on('message', (data: Buffer) => messages.push(data)));
  const connected = once(server, 'connection') as Promise<[WebSocket]>;
  const client = {
    websocket: async (asked: string, protocols: readonly string[]) => {
      path = asked;
      const socket = new WebSocket(`ws://127.0.0.1:${port}${asked}`, [...protocols]);
      socket.on('error', () => {});
      socket.once('open', () => socket.pause());
      await once(socket, 'open');
      return socket;
    },
  };
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const abort = new AbortController();
  const end = execInPod(
    client,
    { ...target, tty: over.tty ?? false },
    { stdout, stderr, ...over.streams },
    abort.signal,
  );
  end.catch(() => undefined);
  const [pod] = await connected;
  const say = (channel: number, text: string) =>
    pod.send(Buffer.concat([Buffer.of(channel), Buffer.from(text)]));
  const close = () => {
    for (const one of server.clients) one.terminate();
    server.close();
  };
  return { pod, path: () => path, end, say, messages, stdout, stderr, abort, close };
}

test('what is asked for, output on both channels, and the exit code', async () => {
  const { path, say, end, stdout, stderr, close } = await begin();
  expect(path()).toBe(
    '/api/v1/namespaces/shop/pods/web-1/exec?command=sh&command=-c&command=a+b&container=web&stdin=false&stdout=true&stderr=true&tty=false',
  );
  say(1, 'out');
  say(2, 'err');
  say(3, exited(7));
  expect(await end).toEqual({ exitCode: 7 });
  expect([stdout.read()?.toString(), stderr.read()?.toString()]).toEqual(['out', 'err']);
  close();
});

test('a command that ends well, and one that cannot be started', async () => {
  const good = await begin();
  good.say(3, success);
  expect(await good.end).toEqual({ exitCode: 0 });
  good.close();
  const bad = await begin();
  bad.say(3, JSON.stringify({ status: 'Failure', message: 'no such file', code: 500 }));
  expect(await bad.end).toMatchObject({ refused: { message: 'no such file' } });
  bad.close();
});

test('a connection that breaks is told, and so is an abort', async () => {
  const lost = await begin();
  lost.pod.terminate();
  expect(await lost.end).toMatchObject({ lost: expect.stringContaining('lost') });
  lost.close();
  const aborted = await begin();
  aborted.abort.abort(new Error('enough'));
  aborted.pod.terminate();
  await expect(aborted.end).rejects.toThrow('enough');
  aborted.close();
});

test.each([
  ['v5.channel.k8s.io', true],
  ['v4.channel.k8s.io', false],
])('stdin is passed on whole, and its end where %s can tell it', async (protocol, isTold) => {
  const stdin = new PassThrough();
  const { messages, say, end, close } = await begin({ streams: { stdin }, protocol });
  stdin.end(Buffer.alloc(3_000_000, 'x'));
  const sent = () => messages.filter((m) => m[0] === 0).reduce((sum, m) => sum + m.length - 1, 0);
  await expect.poll(sent).toBe(3_000_000);
  if (isTold) await expect.poll(() => messages.at(-1)).toEqual(Buffer.of(255, 0));
  else expect(messages.some((m) => m[0] === 255)).toBe(false);
  say(3, success);
  await end;
  close();
});

test('the size of the terminal is told at once and when it changes', async () => {
  let change: (size: { width: number; height: number }) => void = () => {};
  const onSize: ExecStreams['onSize'] = (callback) => {
    change = callback;
    callback({ width: 80, height: 24 });
    return () => {
      change = () => {};
    };
  };
  const { messages, say, end, path, close } = await begin({ streams: { onSize }, tty: true });
  expect(path()).toContain('stderr=false&tty=true');
  await expect.poll(() => messages.length).toBe(1);
  change({ width: 100, height: 30 });
  await expect.poll(() => messages.length).toBe(2);
  expect(messages.map((m) => [m[0], m.subarray(1).toString()])).toEqual([
    [4, '{"Width":80,"Height":24}'],
    [4, '{"Width":100,"Height":30}'],
  ]);
  say(3, success);
  await end;
  close();
});

test('a reader that is slow makes the command wait, and gets everything', async () => {
  const stdout = new PassThrough({ highWaterMark: 1024 });
  const { say, end, pod, close } = await begin({ streams: { stdout } });
  for (let sent = 0; sent < 64; sent += 1) say(1, 'x'.repeat(256 * 1024));
  await expect.poll(() => pod.bufferedAmount).toBeGreaterThan(0);
  expect(stdout.readableLength + stdout.writableLength).toBeLessThan(2 << 20);
  say(3, success);
  let read = 0;
  stdout.on('data', (chunk: Buffer) => {
    read += chunk.length;
  });
  expect(await end).toEqual({ exitCode: 0 });
  await expect.poll(() => read).toBe(64 * 256 * 1024);
  close();
});
