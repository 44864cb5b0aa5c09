import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocketServer } from 'ws';
import { KubeError, KubeUnreachable } from '../../../src/kube/kube-client.ts';
import { RockpoolError } from '../../../src/session/failure.ts';
import {
  base64,
  bodyOf,
  clientOf,
  json,
  makeCertificates,
  startApiServer,
  status,
  temporaryFolder,
} from './api-server.ts';

const get = { method: 'GET', path: '/version' } as const;
const live = () => new AbortController().signal;

describe('requests', () => {
  it('sends path, query, body and content type, and gives status, JSON and the texts of warnings', async () => {
    const seen: unknown[] = [];
    const api = await startApiServer(async (request, response) => {
      seen.push([
        request.method,
        request.url,
        request.headers['content-type'],
        JSON.parse(await bodyOf(request)),
      ]);
      json(response, { ok: true }, 201, { warning: ['299 - "first \\"quoted\\""', '299 - "second"'] });
    });
    const client = await clientOf(api.url);
    const answer = await client.request({
      method: 'PATCH',
      path: '/api/v1/namespaces/a%20b',
      query: { fieldManager: 'rockpool', force: true, dryRun: undefined },
      body: { kind: 'Namespace' },
      contentType: 'application/apply-patch+yaml',
    });
    expect(answer).toEqual({ status: 201, body: { ok: true }, warnings: ['first "quoted"', 'second'] });
    expect(seen).toEqual([
      [
        'PATCH',
        '/api/v1/namespaces/a%20b?fieldManager=rockpool&force=true',
        'application/apply-patch+yaml',
        { kind: 'Namespace' },
      ],
    ]);
  });

  it('names itself with its version', async () => {
    const api = await startApiServer((request, response) => json(response, request.headers['user-agent']));
    const { body } = await (await clientOf(api.url)).request(get);
    expect(body).toMatch(/^rockpool\/\d+\.\d+\.\d+/);
  });

  it('keeps connections for the requests that follow', async () => {
    const api = await startApiServer((_, response) => json(response, {}));
    const client = await clientOf(api.url);
    for (let i = 0; i < 20; i++) await client.request(get);
    // The first one may still be busy with its end when the second request comes.
    expect(api.connections.length).toBeLessThanOrEqual(2);
  });

  it('opens at most 64 connections for a burst, and streams do not take them', async () => {
    let running = 0;
    let most = 0;
    const { promise: full, resolve } = Promise.withResolvers<void>();
    const api = await startApiServer(async (request, response) => {
      if (request.url === '/follow') {
        response.write('x');
        return;
      }
      most = Math.max(most, ++running);
      if (running === 64) resolve();
      await full;
      running--;
      json(response, {});
    });
    const client = await clientOf(api.url);
    const signal = live();
    await Promise.all(
      Array.from({ length: 80 }, () => client.stream({ method: 'GET', path: '/follow', signal })),
    );
    await Promise.all(Array.from({ length: 100 }, () => client.request(get)));
    expect(most).toBe(64);
  });

  it('rejects with what the apiserver says of a refusal', async () => {
    const causes = [{ reason: 'FieldValueInvalid', message: 'Invalid value: -1', field: 'spec.replicas' }];
    const api = await startApiServer((_, response) =>
      json(response, status(422, 'Invalid', 'is invalid', causes), 422),
    );
    const error = await (await clientOf(api.url)).request(get).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(KubeError);
    expect(error).toMatchObject({
      message: 'is invalid',
      status: { code: 422, reason: 'Invalid', causes },
      request: get,
    });
  });

  it.each([
    ['text', 503, 'upstream connect error', 'upstream connect error'],
    ['nothing', 502, '', 'HTTP 502'],
    ['a redirect', 302, '', 'HTTP 302'],
    ['cut JSON', 500, '{"kind":"Status","mess', '{"kind":"Status","mess'],
  ])('rejects with KubeError when the refusal is %s', async (_, code, text, message) => {
    const api = await startApiServer((_, response) => response.writeHead(code).end(text));
    await expect((await clientOf(api.url)).request(get)).rejects.toMatchObject({
      name: 'KubeError',
      status: { code, message, causes: [] },
    });
  });

  it('rejects with KubeUnreachable that names the server when nobody listens', async () => {
    const api = await startApiServer(() => {});
    const client = await clientOf(api.url);
    await api.stop();
    await expect(client.request(get)).rejects.toThrow(KubeUnreachable);
    await expect(client.request(get)).rejects.toThrow(
      `the apiserver at ${api.url} does not answer: connect ECONNREFUSED`,
    );
  });

  it('rejects with KubeUnreachable when an answer is cut or no JSON', async () => {
    const api = await startApiServer((request, response) => {
      if (request.url === '/html') response.end('<html>');
      else response.writeHead(200, { 'content-length': '100' }).write('{"a":', () => response.destroy());
    });
    const client = await clientOf(api.url);
    await expect(client.request({ method: 'GET', path: '/cut' })).rejects.toThrow(KubeUnreachable);
    await expect(client.request({ method: 'GET', path: '/html' })).rejects.toThrow('no JSON: <html>');
  });

  it('stops waiting for an answer after the timeout', async () => {
    const api = await startApiServer(() => {});
    const client = await clientOf(api.url);
    await expect(client.request({ ...get, timeout: 50 })).rejects.toThrow(KubeUnreachable);
  });

  it('repeats a request that a dying kept-alive connection swallowed, but no POST', async () => {
    const seen: string[] = [];
    const api = await startApiServer((request, response) => {
      seen.push(request.method ?? '');
      if (seen.length % 2 === 0) request.socket.resetAndDestroy();
      else json(response, {});
    });
    const client = await clientOf(api.url);
    await client.request(get);
    await client.request(get);
    expect(seen).toEqual(['GET', 'GET', 'GET']);
    await expect(client.request({ method: 'POST', path: '/x', body: {} })).rejects.toThrow(KubeUnreachable);
    expect(seen).toEqual(['GET', 'GET', 'GET', 'POST']);
  });

  it('rejects with the reason of the signal, before and while waiting', async () => {
    const { promise: asked, resolve } = Promise.withResolvers<void>();
    const api = await startApiServer(() => resolve());
    const client = await clientOf(api.url);
    const reason = new Error('enough');
    await expect(client.request({ ...get, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const controller = new AbortController();
    const request = client.request({ ...get, signal: controller.signal });
    await asked;
    controller.abort(reason);
    await expect(request).rejects.toBe(reason);
  });

  it('rejects at once when aborted while connecting', async () => {
    // Takes the connection and never answers the TLS handshake.
    const mute = createTcpServer();
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void mute.close());
    const controller = new AbortController();
    const { port } = mute.address() as AddressInfo;
    const client = await clientOf(`https://127.0.0.1:${port}`);
    const connected = new Promise<Socket>((resolve) => mute.once('connection', resolve));
    const request = client.request({ ...get, signal: controller.signal });
    const socket = await connected;
    onTestFinished(() => void socket.destroy());
    controller.abort(new Error('enough'));
    await expect(request).rejects.toThrow('enough');
  });
});

describe('streams', () => {
  it('gives bytes as they come, without a limit on silence', async () => {
    const api = await startApiServer((_, response) => {
      response.write('one');
      response.once('next', () => response.end('two'));
      process.nextTick(() => response.emit('next'));
    });
    await expect(readAll(await (await clientOf(api.url)).stream(get))).resolves.toBe('onetwo');
  });

  it('makes the server wait for a slow reader', async () => {
    const total = 64 * 1024 * 1024;
    let written = 0;
    const api = await startApiServer((_, response) => {
      const chunk = Buffer.alloc(64 * 1024);
      const write = () => {
        let room = true;
        for (; written < total && room; written += chunk.length) room = response.write(chunk);
        if (written < total) response.once('drain', write);
        else response.end();
      };
      write();
    });
    let read = 0;
    let ahead = 0;
    for await (const chunk of await (await clientOf(api.url)).stream(get)) {
      read += chunk.length;
      ahead = Math.max(ahead, written - read);
      for (let turn = 0; turn < 5; turn++) await setImmediate();
    }
    expect(read).toBe(total);
    expect(ahead).toBeLessThan(total / 4);
  });

  it('rejects with KubeUnreachable when the connection is reset, also before anybody reads', async () => {
    const { promise: open, resolve } = Promise.withResolvers<Socket>();
    const api = await startApiServer((request, response) => {
      response.write('half');
      resolve(request.socket);
    });
    const chunks = await (await clientOf(api.url)).stream(get);
    const socket = await open;
    const closed = new Promise((done) => socket.once('close', done));
    socket.resetAndDestroy();
    await closed;
    await expect(readAll(chunks)).rejects.toThrow(KubeUnreachable);
  });

  it('ends the connection when the reader leaves and when the signal fires', async () => {
    const closed: Promise<unknown>[] = [];
    const api = await startApiServer((request, response) => {
      closed.push(new Promise((done) => request.socket.once('close', done)));
      response.write('x');
    });
    const client = await clientOf(api.url);
    for await (const _ of await client.stream(get)) break;
    await closed[0];
    const controller = new AbortController();
    const reading = readAll(await client.stream({ ...get, signal: controller.signal }));
    controller.abort(new Error('enough'));
    await expect(reading).rejects.toThrow('enough');
    await closed[1];
  });

  it('rejects with KubeError when refused', async () => {
    const api = await startApiServer((_, response) =>
      json(response, status(400, 'BadRequest', 'waiting to start'), 400),
    );
    await expect((await clientOf(api.url)).stream(get)).rejects.toMatchObject({
      status: { code: 400, reason: 'BadRequest' },
    });
  });
});

describe('TLS', () => {
  it('talks to a server whose certificate the CA of the kubeconfig signed, and shows its own', async () => {
    const tls = makeCertificates();
    const api = await startApiServer(
      (request, response) => json(response, (request.socket as TLSSocket).getPeerCertificate().subject.CN),
      { tls: { ...tls, requestCert: true } },
    );
    const client = await clientOf(api.url, {
      cluster: { 'certificate-authority-data': base64(tls.ca) },
      user: { 'client-certificate-data': base64(tls.cert), 'client-key-data': base64(tls.key) },
    });
    await expect(client.request(get)).resolves.toMatchObject({ body: 'tester' });
  });

  it('refuses a server of another CA, also for a context without a user, unless told to skip verification', async () => {
    const tls = makeCertificates();
    const api = await startApiServer((_, response) => json(response, {}), { tls });
    const other = { 'certificate-authority-data': base64(makeCertificates().ca) };
    await expect((await clientOf(api.url, { cluster: other })).request(get)).rejects.toThrow(KubeUnreachable);
    await expect((await clientOf(api.url)).request(get)).rejects.toThrow(/certificate/);
    const skipping = await clientOf(api.url, { cluster: { 'insecure-skip-tls-verify': true } });
    await expect(skipping.request(get)).resolves.toMatchObject({ status: 200 });
  });

  it('verifies by tls-server-name', async () => {
    const tls = makeCertificates();
    const api = await startApiServer((_, response) => json(response, {}), { tls });
    const cluster = { 'certificate-authority-data': base64(tls.ca) };
    const named = await clientOf(api.url, { cluster: { ...cluster, 'tls-server-name': 'localhost' } });
    await expect(named.request(get)).resolves.toMatchObject({ status: 200 });
    const wrong = await clientOf(api.url, { cluster: { ...cluster, 'tls-server-name': 'elsewhere' } });
    await expect(wrong.request(get)).rejects.toThrow(/elsewhere/);
  });

  it.each([
    ['http://203.0.113.7:8080', {}, 'INSECURE_SERVER'],
    ['not a url', {}, 'KUBECONFIG_INVALID'],
    ['https://203.0.113.7', { 'proxy-url': 'socks5://127.0.0.1:1080' }, 'PROXY_UNSUPPORTED'],
  ])('will not talk to %s', async (server, cluster, code) => {
    await expect(clientOf(server, { cluster })).rejects.toMatchObject({ failures: [{ code }] });
  });
});

describe('credentials', () => {
  it.each([
    ['a token', { token: 'secret' }, 'Bearer secret'],
    ['a name and a password', { username: 'me', password: 'pass' }, `Basic ${base64('me:pass')}`],
  ])('sends %s', async (_, user, expected) => {
    const api = await startApiServer((request, response) => json(response, request.headers.authorization));
    await expect((await clientOf(api.url, { user })).request(get)).resolves.toMatchObject({ body: expected });
  });

  it('sends whom to act as', async () => {
    const api = await startApiServer((request, response) => json(response, request.headersDistinct));
    const user = {
      as: 'ada',
      'as-groups': ['dev', 'ops'],
      'as-user-extra': { 'example.org/scope': ['all'] },
    };
    const { body } = await (await clientOf(api.url, { user })).request(get);
    expect(body).toMatchObject({
      'impersonate-user': ['ada'],
      'impersonate-group': ['dev', 'ops'],
      'impersonate-extra-example.org%2fscope': ['all'],
    });
  });

  it('runs an exec plugin once for many first requests, and again after a 401', async () => {
    const { user, runs } = execPlugin((run) => ({ token: `token-${run}` }));
    let valid = 'Bearer token-1';
    const api = await startApiServer((request, response) =>
      request.headers.authorization === valid
        ? json(response, {})
        : json(response, status(401, 'Unauthorized', 'Unauthorized'), 401),
    );
    const client = await clientOf(api.url, { user });
    await Promise.all(Array.from({ length: 8 }, () => client.request(get)));
    expect(runs()).toBe(1);
    valid = 'Bearer token-2';
    await Promise.all(Array.from({ length: 8 }, () => client.request(get)));
    expect(runs()).toBe(2);
    valid = 'nothing';
    await expect(client.request(get)).rejects.toMatchObject({ status: { code: 401 } });
    expect(runs()).toBe(3);
  });

  it('runs an exec plugin again when its token has expired', async () => {
    const { user, runs } = execPlugin((run) => ({
      token: `token-${run}`,
      expirationTimestamp: '2001-01-01T00:00:00Z',
    }));
    const api = await startApiServer((request, response) => json(response, request.headers.authorization));
    const client = await clientOf(api.url, { user });
    const before = runs();
    await expect(client.request(get)).resolves.toMatchObject({ body: `Bearer token-${before + 1}` });
  });

  it('says which command failed and what it said', async () => {
    const command = script('#!/bin/sh\necho "please log in" >&2\nexit 3\n');
    const error = await clientOf('http://127.0.0.1:9', { user: { exec: { command, args: ['get'] } } }).catch(
      (e) => e,
    );
    expect(error).toBeInstanceOf(RockpoolError);
    expect(error.failures).toEqual([
      expect.objectContaining({
        code: 'CREDENTIALS_FAILED',
        command: `${command} get`,
        message: expect.stringContaining('please log in'),
      }),
    ]);
  });

  it('does not try a fixed token twice', async () => {
    let asked = 0;
    const api = await startApiServer((_, response) => {
      asked++;
      json(response, status(401, 'Unauthorized', 'Unauthorized'), 401);
    });
    const client = await clientOf(api.url, { user: { token: 'secret' } });
    await expect(client.request(get)).rejects.toMatchObject({ status: { code: 401 } });
    expect(asked).toBe(1);
  });

  it('reads a token file anew after a 401', async () => {
    const tokenFile = join(temporaryFolder(), 'token');
    writeFileSync(tokenFile, 'old\n');
    const api = await startApiServer((request, response) =>
      request.headers.authorization === 'Bearer new' ? json(response, {}) : json(response, {}, 401),
    );
    const client = await clientOf(api.url, { user: { tokenFile, token: 'ignored' } });
    writeFileSync(tokenFile, 'new\n');
    await expect(client.request(get)).resolves.toMatchObject({ status: 200 });
  });

  it('reads certificates once: what changes on disk later is not seen', async () => {
    const tls = makeCertificates();
    const file = join(temporaryFolder(), 'ca.crt');
    writeFileSync(file, tls.ca);
    const api = await startApiServer((_, response) => json(response, {}), { tls });
    const client = await clientOf(api.url, { cluster: { 'certificate-authority': file } });
    writeFileSync(file, makeCertificates().ca);
    await expect(client.request(get)).resolves.toMatchObject({ status: 200 });
  });
});

describe('websocket', () => {
  it('opens one of the protocols over TLS with the credentials, and loses no early message', async () => {
    const tls = makeCertificates();
    const api = await startApiServer((_, response) => json(response, {}), { tls });
    const upgrades: unknown[] = [];
    new WebSocketServer({ server: api.server }).on('connection', (socket, request) => {
      upgrades.push([
        request.url,
        request.headers.authorization,
        request.headers['user-agent']?.split('/')[0],
      ]);
      socket.send('early');
    });
    const client = await clientOf(api.url, {
      cluster: { 'certificate-authority-data': base64(tls.ca) },
      user: { token: 'secret' },
    });
    const socket = await client.websocket('/exec?x=1', ['v5.channel.k8s.io', 'v4.channel.k8s.io'], live());
    expect(socket.protocol).toBe('v5.channel.k8s.io');
    await client.request(get);
    const message = new Promise((resolve) => socket.once('message', (data) => resolve(String(data))));
    socket.resume();
    await expect(message).resolves.toBe('early');
    expect(upgrades).toEqual([['/exec?x=1', 'Bearer secret', 'rockpool']]);
  });

  it('rejects with KubeError when the upgrade is refused, after fresh credentials for a 401', async () => {
    const { user, runs } = execPlugin((run) => ({ token: `token-${run}` }));
    const api = await startApiServer(() => {});
    api.server.on('upgrade', (request, socket) => {
      const body = JSON.stringify(status(404, 'NotFound', 'pods "web" not found'));
      const code = request.headers.authorization === 'Bearer token-1' ? '401 Unauthorized' : '404 Not Found';
      socket.end(
        `HTTP/1.1 ${code}\r\nContent-Length: ${code.startsWith('401') ? 0 : body.length}\r\n\r\n${code.startsWith('401') ? '' : body}`,
      );
    });
    const client = await clientOf(api.url, { user });
    await expect(client.websocket('/portforward', [], live())).rejects.toMatchObject({
      status: { code: 404, message: 'pods "web" not found' },
    });
    expect(runs()).toBe(2);
  });

  it('rejects when nobody answers, and with the reason of the signal', async () => {
    const { promise: asked, resolve } = Promise.withResolvers<void>();
    const api = await startApiServer(() => {});
    api.server.on('upgrade', () => resolve());
    const client = await clientOf(api.url);
    const controller = new AbortController();
    const socket = client.websocket('/', [], controller.signal);
    await asked;
    controller.abort(new Error('enough'));
    await expect(socket).rejects.toThrow('enough');
    await api.stop();
    await expect(client.websocket('/', [], live())).rejects.toThrow(KubeUnreachable);
  });

  it('ends with the signal and with the client, without an uncaught error', async () => {
    const api = await startApiServer(() => {});
    new WebSocketServer({ server: api.server });
    const client = await clientOf(api.url);
    const controller = new AbortController();
    const sockets = [
      await client.websocket('/', [], controller.signal),
      await client.websocket('/', [], live()),
    ];
    const closed = sockets.map((socket) => new Promise((resolve) => socket.once('close', resolve)));
    controller.abort();
    await closed[0];
    await client.close();
    await closed[1];
  });
});

describe('proxy-url', () => {
  it('reaches the server through an http proxy, requests and websockets', async () => {
    const tls = makeCertificates();
    const api = await startApiServer((_, response) => json(response, { through: true }), { tls });
    new WebSocketServer({ server: api.server });
    const tunnels: (string | undefined)[] = [];
    const proxy = createServer().on('connect', (request, socket: Socket) => {
      tunnels.push(request.url);
      const [host, port] = (request.url ?? '').split(':');
      const there = connect(Number(port), host, () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
        there.pipe(socket).pipe(there);
      });
      for (const end of [socket, there]) end.on('error', () => {});
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      proxy.closeAllConnections();
      proxy.close();
    });
    const { port } = proxy.address() as AddressInfo;
    const client = await clientOf(api.url, {
      cluster: { 'certificate-authority-data': base64(tls.ca), 'proxy-url': `http://127.0.0.1:${port}` },
    });
    await expect(client.request(get)).resolves.toMatchObject({ body: { through: true } });
    await client.websocket('/', [], live());
    expect(tunnels).toEqual([new URL(api.url).host, new URL(api.url).host]);
  });
});

async function readAll(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  let text = '';
  for await (const chunk of chunks) text += Buffer.from(chunk);
  return text;
}

/** An exec plugin that counts its runs. */
function execPlugin(statusOf: (run: number) => object): { user: object; runs: () => number } {
  const folder = temporaryFolder();
  const counter = join(folder, 'runs');
  for (const run of [1, 2, 3, 4, 5]) {
    writeFileSync(join(folder, `${run}`), JSON.stringify({ kind: 'ExecCredential', status: statusOf(run) }));
  }
  const command = script(
    `#!/bin/sh\necho run >> ${counter}\ncat ${folder}/$(wc -l < ${counter} | tr -d ' ')\n`,
  );
  const runs = () => (existsSync(counter) ? readFileSync(counter, 'utf8').trim().split('\n').length : 0);
  return { user: { exec: { apiVersion: 'client.authentication.k8s.io/v1', command } }, runs };
}

function script(text: string): string {
  const file = join(temporaryFolder(), 'plugin');
  writeFileSync(file, text);
  chmodSync(file, 0o755);
  return file;
}
