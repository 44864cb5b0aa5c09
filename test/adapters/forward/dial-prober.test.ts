import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { createDialProber } from '../../../src/forward/dial-prober.ts';
import type { Dial } from '../../../src/forward/reach-pod.ts';
import type { ReadinessProbe } from '../../../src/session/observed.ts';
import { pod } from '../../support/events.ts';

let servers: { close(): unknown }[] = [];

afterEach(() => {
  for (const server of servers) server.close();
  servers = [];
});

/** A pod whose port is one of this machine. */
const dial: Dial = async ({ port }, signal) => connect({ port, host: '127.0.0.1', signal });

function podWith(probe: ReadinessProbe) {
  const [container] = pod().containers;
  return pod({ ready: false, containers: [{ ...container!, ready: false, probe }] });
}

async function serve(listener: RequestListener): Promise<number> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  servers.push(server);
  await new Promise((resolve) => server.once('listening', resolve));
  return (server.address() as AddressInfo).port;
}

async function freePort(): Promise<number> {
  const server = createTcpServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** How long the prober waited each time; a test's clock waits no longer than a turn. */
function prober() {
  const pauses: number[] = [];
  const clock = {
    now: () => 0,
    sleep: async (ms: number, signal: AbortSignal) => {
      pauses.push(ms);
      await sleep(1, undefined, { signal });
    },
  };
  return { pauses, probe: createDialProber({ dial, clock }).probe };
}

describe('asking a pod whether it is ready', () => {
  test.each([200, 204, 301, 399])('status %d is well', async (status) => {
    const asked: string[] = [];
    const port = await serve((request, response) => {
      asked.push(`${request.url} ${request.headers['x-probe']}`);
      response.writeHead(status).end();
    });
    const { probe, pauses } = prober();
    await probe(
      podWith({ kind: 'http', port, path: '/health?full=1', headers: { 'X-Probe': 'yes' } }),
      AbortSignal.timeout(5000),
    );
    expect(asked).toEqual(['/health?full=1 yes']);
    expect(pauses).toEqual([]);
  });

  test('a program that answers badly is asked again, but seldom: it may log every time', async () => {
    let calls = 0;
    const port = await serve((_request, response) => {
      calls += 1;
      response.writeHead(calls < 4 ? 503 : 200).end();
    });
    const { probe, pauses } = prober();
    await probe(podWith({ kind: 'http', port, path: '/' }), AbortSignal.timeout(5000));
    expect(calls).toBe(4);
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(500);
  });

  test('a port that nobody listens on yet is dialled until somebody does', async () => {
    const port = await freePort();
    const { probe, pauses } = prober();
    const asking = probe(podWith({ kind: 'tcp', port }), AbortSignal.timeout(5000));
    while (pauses.length < 3) await sleep(1);
    const server = createTcpServer().listen(port, '127.0.0.1');
    servers.push(server);
    await asking;
    expect(pauses[0]).toBeLessThan(100);
  });

  test('a server that accepts and says nothing is no answer, and an abort ends the asking', async () => {
    const server = createTcpServer(() => undefined).listen(0, '127.0.0.1');
    servers.push(server);
    await new Promise((resolve) => server.once('listening', resolve));
    const controller = new AbortController();
    const asking = prober().probe(
      podWith({ kind: 'http', port: (server.address() as AddressInfo).port, path: '/' }),
      controller.signal,
    );
    controller.abort(new Error('enough'));
    await expect(asking).rejects.toThrow('enough');
  });
});
