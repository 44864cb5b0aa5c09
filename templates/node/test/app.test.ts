import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { createApp } from '../src/app.ts';
import { createLog } from '../src/log.ts';
import { createMetrics } from '../src/metrics.ts';

const lines: Record<string, unknown>[] = [];
const server = createApp({
  settings: { greeting: 'Hello', commit: 'abc123' },
  log: createLog('info', (line) => lines.push(JSON.parse(line))),
  metrics: createMetrics(),
});
const ask = (path: string, method = 'GET') =>
  fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`, { method });

before(() => once(server.listen(0, '127.0.0.1'), 'listening'));
after(() => server.close());

test('greets', async () => {
  const response = await ask('/');
  assert.equal(response.status, 200);
  assert.equal(await response.text(), 'Hello\n');
});

test('tells its health, and what it is', async () => {
  assert.deepEqual(await (await ask('/health')).json(), { status: 'ok' });
  const info = (await (await ask('/info')).json()) as Record<string, string>;
  assert.equal(info['commit'], 'abc123');
  assert.match(info['version'] ?? '', /^\d+\.\d+\.\d+/);
  assert.ok(Date.parse(info['startedAt'] ?? '') <= Date.now());
});

test('counts requests by method and status', async () => {
  assert.equal((await ask('/nowhere')).status, 404);
  assert.equal((await ask('/', 'POST')).status, 405);
  const text = await (await ask('/metrics')).text();
  assert.match(text, /^http_requests_total\{method="GET",status="404"\} 1$/m);
  assert.match(text, /^http_requests_total\{method="POST",status="405"\} 1$/m);
});

test('logs requests as JSON, and health checks only as debug', async () => {
  lines.length = 0;
  await ask('/health');
  await ask('/?q=1');
  await ask('/health');
  assert.deepEqual(
    lines.map(({ level, path, status }) => ({ level, path, status })),
    [{ level: 'info', path: '/', status: 200 }],
  );
});
