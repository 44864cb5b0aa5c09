import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { createApp } from '../src/app.js';
import { createLog } from '../src/log.js';
import { createMetrics } from '../src/metrics.js';
import { readSettings } from '../src/read-settings.js';

const orders = { waiting: 0, packed: 0 };
const api = {
  countVisit: async () => ({ visits: 7 }),
  order: async () => ({ waiting: (orders.waiting += 1) }),
  countOrders: async () => orders,
};
const lines = [];
const server = createApp({
  settings: { greeting: '<Hello>', commit: 'abc123' },
  api,
  log: createLog('info', (line) => lines.push(JSON.parse(line))),
  metrics: createMetrics(),
});
const ask = (path, method = 'GET') =>
  fetch(`http://127.0.0.1:${server.address().port}${path}`, { method, redirect: 'manual' });

before(() => once(server.listen(0, '127.0.0.1'), 'listening'));
after(() => server.close());

test('greets and counts', async () => {
  const page = await (await ask('/')).text();
  assert.match(page, /<h1>&#60;Hello&#62;<\/h1>/);
  assert.match(page, /visitor number <strong>7</);
});

test('takes an order and leads back', async () => {
  const response = await ask('/orders', 'POST');
  assert.equal(response.status, 303);
  assert.equal(response.headers.get('location'), '/');
  assert.match(await (await ask('/')).text(), /Orders: 1 waiting/);
});

test('says that the api does not answer, and stays healthy', async () => {
  const { countVisit } = api;
  api.countVisit = async () => {
    throw new Error('nobody there');
  };
  const response = await ask('/');
  api.countVisit = countVisit;
  assert.equal(response.status, 503);
  assert.equal(await response.text(), 'the api does not answer: nobody there\n');
  assert.deepEqual(await (await ask('/health')).json(), { status: 'ok' });
});

test('tells what it is, and counts requests', async () => {
  assert.equal((await (await ask('/info')).json()).commit, 'abc123');
  assert.equal((await ask('/nowhere')).status, 404);
  assert.match(await (await ask('/metrics')).text(), /^http_requests_total\{method="GET",status="404"\} 1$/m);
});

test('logs requests as JSON, and health checks only as debug', async () => {
  lines.length = 0;
  await ask('/health');
  await ask('/?q=1');
  assert.deepEqual(
    lines.map(({ level, path, status }) => ({ level, path, status })),
    [{ level: 'info', path: '/', status: 200 }],
  );
});

test('says which setting is missing or wrong', () => {
  const whole = { API_URL: 'http://api', GREETING: 'Hi' };
  assert.equal(readSettings(whole).port, 8080);
  for (const [env, says] of [
    [{ ...whole, API_URL: undefined }, /^API_URL is not set/],
    [{ ...whole, API_URL: 'api' }, /^API_URL is "api"/],
    [{ ...whole, GREETING: '' }, /^GREETING is not set/],
    [{ ...whole, LOG_LEVEL: 'loud' }, /^LOG_LEVEL is "loud"/],
    [{ ...whole, PORT: '-1' }, /^PORT is "-1"/],
  ]) {
    assert.throws(() => readSettings(env), { message: says });
  }
});
