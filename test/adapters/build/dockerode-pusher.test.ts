import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { createDockerodePusher } from '../../../src/build/dockerode-pusher.ts';

const signal = AbortSignal.timeout(30_000);
const ref = 'registry:5000/shop/web:rp-1';
const pushed = 'localhost:5001/shop/web:rp-1';

let server: Server;
let requests: string[];
let logins: unknown[];
afterEach(() => new Promise((resolve) => server.close(resolve)));

/** A Docker Engine as far as a push asks it. */
async function daemon(answer: RequestListener) {
  requests = [];
  logins = [];
  server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    const login = request.headers['x-registry-auth'];
    logins.push(JSON.parse(Buffer.from(String(login), 'base64url').toString()));
    answer(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return createDockerodePusher({
    address: { protocol: 'http', host: '127.0.0.1', port },
    login: async () => ({ username: 'me', password: 's', serveraddress: 'localhost:5001' }),
  });
}

/** Takes every push; or says what went wrong in the middle of one, as dockerd does. */
const taking =
  (error?: string): RequestListener =>
  (request, response) => {
    if (request.url?.includes('/tag')) return void response.writeHead(201).end();
    if (request.method === 'DELETE') return void response.writeHead(200).end('[]');
    response.writeHead(200, { 'content-type': 'application/json' });
    response.write(`${JSON.stringify({ status: 'The push refers to repository' })}\n`);
    response.end(error ? JSON.stringify({ errorDetail: { message: error }, error }) : undefined);
  };

test('pushes under the name for this machine, with the login, and takes that name away again', async () => {
  const pusher = await daemon(taking());
  await pusher.push(ref, pushed, signal);
  expect(requests).toEqual([
    `POST /images/${ref}/tag?repo=localhost%3A5001%2Fshop%2Fweb&tag=rp-1`,
    'POST /images/localhost:5001/shop/web/push?tag=rp-1',
    `DELETE /images/${pushed}?noprune=true`,
  ]);
  expect(logins[1]).toEqual({ username: 'me', password: 's', serveraddress: 'localhost:5001' });
});

test('an error in the middle of the answer is a failure in words, and the name is taken away all the same', async () => {
  const pusher = await daemon(taking('dial tcp: lookup localhost: no such host'));
  await expect(pusher.push(ref, pushed, signal)).rejects.toMatchObject({
    failures: [{ code: 'DELIVERY_FAILED', message: expect.stringContaining('does not find the host') }],
  });
  expect(requests.at(-1)).toContain('DELETE');
});

test('an abort ends the push at once', async () => {
  const pusher = await daemon((_, response) => void response.writeHead(200).write('{}\n'));
  const controller = new AbortController();
  const closed = new Promise((resolve) =>
    server.once('request', (request) => request.once('close', resolve)),
  );
  const pushing = pusher.push(ref, ref, controller.signal);
  await once(server, 'request');
  controller.abort(new Error('superseded'));
  await expect(pushing).rejects.toThrow('superseded');
  await closed;
});

test.each([
  [200, true],
  [404, false],
  [401, undefined],
  [500, undefined],
])('whether the registry has it is known by %d: %s', async (status, expected) => {
  const pusher = await daemon((_, response) => void response.writeHead(status).end('{"message":"x"}'));
  expect(await pusher.has(ref, signal)).toBe(expected);
  expect(requests).toEqual([`GET /distribution/${ref}/json`]);
});

test('a daemon that is away', async () => {
  const pusher = createDockerodePusher({
    address: { socketPath: '/nowhere.sock' },
    login: async () => undefined,
  });
  server = createServer().listen(0);
  await expect(pusher.push(ref, ref, signal)).rejects.toMatchObject({
    failures: [{ code: 'DOCKER_UNREACHABLE' }],
  });
  expect(await pusher.has(ref, signal)).toBeUndefined();
});
