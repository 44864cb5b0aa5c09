import { chmod, link, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ControlHandlers } from '../../../src/control/control-handlers.ts';
import { connectNodeControl } from '../../../src/control/node-control-client.ts';
import { type ControlServer, createNodeControlServer } from '../../../src/control/node-control-server.ts';
import { RockpoolError } from '../../../src/session/failure.ts';

const never = new AbortController().signal;
let folder: string;
let address: string;
let server: ControlServer | undefined;
/** streams that were begun and have not ended */
let open: number;
let produced: number;

/** Waits for ever, refuses, and streams without end; what the methods mean does not matter here. */
const handlers: ControlHandlers = {
  call: (method, params, signal) => {
    if (method === 'pause') return Promise.resolve({ paused: true }) as never;
    if (method === 'trigger')
      throw new RockpoolError({ code: 'NAME_UNKNOWN', subject: 'x', message: 'no x' });
    if (method === 'resume') throw new TypeError('oops');
    open += 1;
    return new Promise((_, reject) => {
      signal.addEventListener('abort', () => {
        open -= 1;
        reject(signal.reason);
      });
      void params;
    });
  },
  async *stream(method, params, signal) {
    const { after = 0, follow = false } = params as { after?: number; follow?: boolean };
    open += 1;
    try {
      for (let seq = after + 1; follow || seq <= after + 3; seq += 1) {
        signal.throwIfAborted();
        produced += 1;
        yield { seq, text: method === 'logs' ? 'x'.repeat(1000) : '' } as never;
        if (produced % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
    } finally {
      open -= 1;
    }
  },
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rp-control-'));
  address = join(folder, 'own', 'a.sock');
  open = 0;
  produced = 0;
});

afterEach(async () => {
  await server?.close();
  server = undefined;
  await rm(folder, { recursive: true, force: true });
});

const listen = async (patience?: number) => {
  server = await createNodeControlServer({ address, handlers, ...(patience ? { patience } : {}) });
};

/** A client that writes what it likes, and the lines that it is sent. */
async function raw(): Promise<{
  socket: Socket;
  lines: () => Record<string, unknown>[];
  closed: Promise<void>;
}> {
  const socket = connect(address);
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk) => {
    text += chunk;
  });
  socket.on('error', () => undefined);
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  await new Promise((resolve) => socket.once('connect', resolve));
  const lines = () =>
    text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { socket, lines, closed };
}

const takeAll = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
};

describe('a client', () => {
  test('gets answers, streams with their end, and failures as they are', async () => {
    await listen();
    const client = await connectNodeControl(address);
    expect(await client.call('pause', {}, never)).toEqual({ paused: true });
    const items = await takeAll(client.stream('events', { after: 4 }, never));
    expect(items.map(({ seq }) => seq)).toEqual([5, 6, 7]);
    await expect(client.call('trigger', {}, never)).rejects.toMatchObject({
      failures: [{ code: 'NAME_UNKNOWN' }],
      exitCode: 2,
    });
    await expect(client.call('resume', {}, never)).rejects.toMatchObject({
      failures: [{ code: 'INTERNAL' }],
    });
    client.close();
  });

  test('that leaves a stream, or is aborted, ends the work for it in the session', async () => {
    await listen();
    const client = await connectNodeControl(address);
    for await (const { seq } of client.stream('events', { follow: true }, never)) if (seq >= 500) break;
    await expect.poll(() => open).toBe(0);
    const abort = new AbortController();
    const call = client.call('wait', { for: 'current', timeoutMs: 1 }, abort.signal);
    await expect.poll(() => open).toBe(1);
    abort.abort(new Error('enough'));
    await expect(call).rejects.toThrow('enough');
    await expect.poll(() => open).toBe(0);
    expect(await client.call('pause', {}, never)).toEqual({ paused: true });
    client.close();
  });

  test('that goes ends the work for it', async () => {
    await listen();
    const client = await connectNodeControl(address);
    const call = client.call('wait', { for: 'current', timeoutMs: 1 }, never);
    call.catch(() => undefined);
    await expect.poll(() => open).toBe(1);
    client.close();
    await expect(call).rejects.toMatchObject({ failures: [{ code: 'SESSION_GONE' }] });
    await expect.poll(() => open).toBe(0);
  });

  test('is told when the session ends', async () => {
    await listen();
    const client = await connectNodeControl(address);
    const call = client.call('wait', { for: 'current', timeoutMs: 1 }, never);
    call.catch(() => undefined);
    await expect.poll(() => open).toBe(1);
    await server?.close();
    await expect(call).rejects.toMatchObject({ failures: [{ code: 'SESSION_GONE' }] });
    await expect(client.call('pause', {}, never)).rejects.toMatchObject({
      failures: [{ code: 'SESSION_GONE' }],
    });
  });

  test('that reads slowly makes its own stream wait, and nobody else', async () => {
    await listen();
    const slow = await connectNodeControl(address);
    const items = slow.stream('logs', { follow: true }, never)[Symbol.asyncIterator]();
    await items.next();
    let before = -1;
    await expect
      .poll(
        async () => {
          const same = produced === before;
          before = produced;
          return same;
        },
        { interval: 200 },
      )
      .toBe(true);
    expect(produced).toBeLessThan(20_000);
    const quick = await connectNodeControl(address);
    expect(await quick.call('pause', {}, never)).toEqual({ paused: true });
    const next = await items.next();
    expect(next.value).toMatchObject({ seq: 2 });
    await items.return?.();
    await expect.poll(() => open).toBe(0);
    slow.close();
    quick.close();
  });

  test('that reads nothing at all is cut', async () => {
    await listen(200);
    const { socket, closed } = await raw();
    socket.pause();
    socket.write('{"v":1,"id":1,"method":"logs","params":{"follow":true}}\n');
    await expect.poll(() => open).toBe(1);
    await expect.poll(() => open, { timeout: 10_000 }).toBe(0);
    socket.resume();
    await closed;
  });
});

describe('what cannot be understood is told', () => {
  test.each([
    ['no JSON', 'hello', { id: null, error: { code: 'CONTROL_USAGE' } }],
    ['no request', '{"v":1,"id":7}', { id: 7, error: { code: 'CONTROL_USAGE' } }],
    ['another version', '{"v":2,"id":7,"method":"status"}', { id: 7, error: { code: 'CONTROL_VERSION' } }],
    ['no version', '{"id":"a","method":"status"}', { id: 'a', error: { code: 'CONTROL_VERSION' } }],
    ['an unknown method', '{"v":1,"id":7,"method":"fly"}', { id: 7, error: { code: 'CONTROL_USAGE' } }],
    ['a name of Object', '{"v":1,"id":7,"method":"toString"}', { id: 7, error: { code: 'CONTROL_USAGE' } }],
    [
      'a bad parameter',
      '{"v":1,"id":7,"method":"wait","params":{"for":"x"}}',
      { id: 7, error: { code: 'CONTROL_USAGE' } },
    ],
    [
      'an unknown parameter',
      '{"v":1,"id":7,"method":"pause","params":{"x":1}}',
      { id: 7, error: { code: 'CONTROL_USAGE' } },
    ],
  ])('%s', async (_, line, answer) => {
    await listen();
    const { socket, lines } = await raw();
    socket.write(`${line}\n{"v":1,"id":8,"method":"pause"}\n`);
    await expect.poll(lines).toHaveLength(2);
    expect(lines().find(({ id }) => id !== 8)).toMatchObject({ v: 1, ...answer });
    expect(lines().find(({ id }) => id === 8)).toEqual({ v: 1, id: 8, result: { paused: true } });
    socket.destroy();
  });

  test('a line that does not end is refused, and the client cut', async () => {
    await listen();
    const { socket, lines, closed } = await raw();
    for (let sent = 0; sent < 80; sent += 1) socket.write('x'.repeat(1024));
    await closed;
    expect(lines()).toMatchObject([{ id: null, error: { code: 'CONTROL_USAGE' } }]);
  });

  test('requests beyond the bound, and an id that is in use', async () => {
    await listen();
    const { socket, lines } = await raw();
    const wait = (id: number) =>
      `{"v":1,"id":${id},"method":"wait","params":{"for":"current","timeoutMs":1}}\n`;
    for (let id = 1; id <= 33; id += 1) socket.write(wait(id));
    socket.write(wait(3));
    await expect.poll(lines).toHaveLength(2);
    expect(lines().map(({ id }) => id)).toEqual([33, 3]);
    socket.write('{"v":1,"id":3,"cancel":true}\n');
    await expect.poll(() => lines().at(-1)).toEqual({ v: 1, id: 3, end: true });
    expect(open).toBe(31);
    socket.destroy();
    await expect.poll(() => open).toBe(0);
  });
});

describe('the socket', () => {
  test('is its owner’s alone, and goes with the server', async () => {
    await listen();
    expect((await stat(address)).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, 'own'))).mode & 0o777).toBe(0o700);
    await server?.close();
    await expect(stat(address)).rejects.toThrow();
  });

  test('of a session that answers is not taken, one that nobody answers on is', async () => {
    await listen();
    await expect(createNodeControlServer({ address, handlers })).rejects.toMatchObject({
      failures: [{ code: 'CONTROL_TAKEN' }],
    });
    await server?.close();
    // A socket that was left behind: the file stays when the process dies.
    const other = join(folder, 'own', 'b.sock');
    const dead = createServer().listen(other);
    await new Promise((resolve) => dead.once('listening', resolve));
    await link(other, address);
    await new Promise((resolve) => dead.close(resolve));
    await listen();
    const client = await connectNodeControl(address);
    expect(await client.call('pause', {}, never)).toEqual({ paused: true });
    client.close();
  });

  test('is refused in a folder that others may write to, or that cannot be made', async () => {
    await chmod(folder, 0o777);
    await expect(
      createNodeControlServer({ address: join(folder, 'a.sock'), handlers }),
    ).rejects.toMatchObject({ failures: [{ code: 'CONTROL_UNAVAILABLE' }] });
    await chmod(folder, 0o700);
    await writeFile(join(folder, 'file'), '');
    await expect(
      createNodeControlServer({ address: join(folder, 'file', 'own', 'a.sock'), handlers }),
    ).rejects.toMatchObject({
      failures: [{ code: 'CONTROL_UNAVAILABLE' }],
    });
  });

  test('a crowd of clients beyond the bound is turned away, the others are served', async () => {
    await listen();
    const clients = await Promise.all(Array.from({ length: 64 }, () => connectNodeControl(address)));
    const late = await raw();
    await late.closed;
    expect(await clients[63]?.call('pause', {}, never)).toEqual({ paused: true });
    for (const client of clients) client.close();
  });
});
