import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocketServer } from 'ws';
import { KubeUnreachable } from '../../../src/kube/kube-client.ts';
import { startTcpProxy } from '../../support/tcp-proxy.ts';
import { clientOf, json, startApiServer, status } from './api-server.ts';

const get = { method: 'GET', path: '/version' } as const;
const apply = { method: 'PATCH', path: '/x', body: {}, contentType: 'application/apply-patch+yaml' } as const;
const post = { method: 'POST', path: '/x', body: {} } as const;
const live = () => new AbortController().signal;

describe('reconnect', () => {
  it('breaks streams off, and later ones go over new connections', async () => {
    const { client, api } = await start();
    const reading = readAll(await client.stream({ method: 'GET', path: '/follow' }));
    client.reconnect();
    await expect(reading).rejects.toThrow(KubeUnreachable);
    const before = api.connections.length;
    await client.stream({ method: 'GET', path: '/follow' });
    expect(api.connections.length).toBe(before + 1);
  });

  it.each([
    ['GET', get],
    ['server-side apply', apply],
  ])('repeats a %s that is under way, as often as it takes', async (_, request) => {
    const { client, asked, answer } = await start();
    const answered = client.request(request);
    for (let time = 1; time <= 3; time += 1) {
      await asked(time);
      client.reconnect();
    }
    await asked(4);
    answer();
    await expect(answered).resolves.toMatchObject({ status: 200 });
  });

  it('does not repeat a POST, which fails', async () => {
    const { client, asked } = await start();
    const answered = client.request(post);
    await asked(1);
    client.reconnect();
    await expect(answered).rejects.toThrow('the connections were opened anew');
  });

  it('keeps a WebSocket whose other end answers', async () => {
    const { client, proxy } = await start();
    const [socket] = [await client.websocket('/', [], live())];
    socket.resume();
    const pong = new Promise((resolve) => socket.once('pong', resolve));
    client.reconnect();
    await pong;
    expect(socket.readyState).toBe(socket.OPEN);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    proxy.swallow();
    client.reconnect();
    await closed;
  });
});

describe('a dead kept-alive connection', () => {
  it('a GET gets its answer over another one within seconds', async () => {
    const { client, proxy, answer } = await start();
    answer();
    await client.request(get);
    await client.request(get);
    proxy.swallow();
    const began = performance.now();
    await expect(client.request(get)).resolves.toMatchObject({ status: 200 });
    expect(performance.now() - began).toBeLessThan(15_000);
  });

  it('a POST is not sent again', async () => {
    const { client, seen } = await start();
    await expect(client.request({ ...post, timeout: 1000 })).rejects.toThrow(
      'it takes connections but says nothing',
    );
    expect(seen).toEqual(['POST']);
  });
});

describe('probe', () => {
  it('takes any answer of an apiserver at work, a refusal too', async () => {
    const { client } = await start();
    for (const code of [200, 401, 403, 404]) await client.probe(`/status/${code}`, kept());
    for (const code of [429, 500, 503])
      await expect(client.probe(`/status/${code}`, kept())).rejects.toMatchObject({ status: { code } });
  });

  it('tells a dead connection from a dead apiserver', async () => {
    const { client, proxy } = await start();
    await client.probe('/status/200', kept());
    proxy.swallow();
    await expect(client.probe('/status/200', kept(500))).rejects.toThrow(KubeUnreachable);
    await client.probe('/status/200', { ...kept(), fresh: true });
    proxy.swallowAll();
    await expect(client.probe('/status/200', { ...kept(500), fresh: true })).rejects.toThrow(KubeUnreachable);
  });

  it('ends with the signal', async () => {
    const { client, asked } = await start();
    const controller = new AbortController();
    const probe = client.probe('/version', { fresh: true, timeout: 20_000, signal: controller.signal });
    await asked(1);
    controller.abort(new Error('enough'));
    await expect(probe).rejects.toThrow('enough');
  });
});

describe('signs of life', () => {
  it('every answer and every byte is one, an error of the apiserver is not', async () => {
    const { client, answer } = await start();
    const heardLater = async (work: () => Promise<unknown>) => {
      const before = client.lastHeard();
      await new Promise((resolve) => setTimeout(resolve, 5));
      await work().catch(() => {});
      return client.lastHeard() > before;
    };
    expect(await heardLater(() => client.request({ method: 'GET', path: '/status/403' }))).toBe(true);
    expect(await heardLater(() => client.request({ method: 'GET', path: '/status/503' }))).toBe(false);
    answer();
    expect(await heardLater(() => client.request(get))).toBe(true);
  });

  it('tells of trouble: no answer, and a stream that breaks, but not of what was ended on purpose', async () => {
    const { client, api } = await start();
    let troubles = 0;
    const forget = client.onTrouble(() => {
      troubles += 1;
    });
    const controller = new AbortController();
    const ended = readAll(await client.stream({ method: 'GET', path: '/follow', signal: controller.signal }));
    controller.abort();
    await ended.catch(() => {});
    expect(troubles).toBe(0);
    const broken = readAll(await client.stream({ method: 'GET', path: '/follow' }));
    await api.stop();
    await broken.catch(() => {});
    expect(troubles).toBe(1);
    await client.request(get).catch(() => {});
    expect(troubles).toBe(2);
    forget();
    await client.request(get).catch(() => {});
    expect(troubles).toBe(2);
  });
});

const kept = (timeout = 5000) => ({ fresh: false, timeout, signal: live() });

/** A client whose connections go through a proxy. The server is mute until `answer`, but for `/follow` and `/status`. */
async function start() {
  const seen: string[] = [];
  let changed = Promise.withResolvers<void>();
  const { promise: ready, resolve: answer } = Promise.withResolvers<void>();
  const api = await startApiServer(async (request, response) => {
    const code = /^\/status\/(\d+)/.exec(request.url ?? '')?.[1];
    if (code !== undefined) return json(response, status(Number(code), 'Reason', 'said'), Number(code));
    if (request.url === '/follow') return void response.write('x');
    seen.push(request.method ?? '');
    changed.resolve();
    changed = Promise.withResolvers();
    await ready;
    json(response, {});
  });
  new WebSocketServer({ server: api.server });
  const proxy = await startTcpProxy('127.0.0.1', Number(new URL(api.url).port));
  onTestFinished(() => proxy.close());
  const client = await clientOf(`http://127.0.0.1:${proxy.port}`);
  const asked = async (times: number) => {
    while (seen.length < times) await changed.promise;
  };
  return { client, api, proxy, seen, asked, answer };
}

async function readAll(chunks: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const _ of chunks);
}
