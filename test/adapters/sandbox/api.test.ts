import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { KubeError } from '../../../src/kube/kube-client.ts';
import type { KubeObject } from '../../../src/kube/kube-object.ts';
import { reflect } from '../../../src/kube/reflector.ts';
import { applyManifest } from '../../../src/kube/server-side-apply.ts';
import { ApiError } from '../../../src/sandbox/api/api-error.ts';
import { openApi } from './open-api.ts';

const CONFIGS = '/api/v1/namespaces/shop/configmaps';
const config = (name: string, data: object = {}, metadata: object = {}) => ({
  ...{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ...metadata }, data },
});
const type = { group: '', version: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true };
const within = { timeout: 10_000, interval: 20 };

/** The Status that a request is refused with. */
async function refusal(request: Promise<unknown>): Promise<KubeError['status']> {
  const error = await request.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof KubeError)) throw new Error(`not refused: ${error}`);
  return error.status;
}

test('what is created can be read, listed by labels and in pages, and deleted', async () => {
  const { client } = await openApi();
  for (const name of ['a', 'b', 'c'])
    await client.request({
      method: 'POST',
      path: CONFIGS,
      body: config(name, {}, { labels: { odd: String(name !== 'b') } }),
    });
  const { body } = await client.request<KubeObject>({ method: 'GET', path: `${CONFIGS}/a` });
  expect(body.metadata).toMatchObject({
    name: 'a',
    namespace: 'shop',
    uid: expect.any(String),
    resourceVersion: expect.any(String),
  });
  const list = (query: object) =>
    client.request<{ items: KubeObject[]; metadata: { continue?: string } }>({
      method: 'GET',
      path: CONFIGS,
      query: { ...query },
    });
  const names = (items: readonly KubeObject[]) => items.map(({ metadata }) => metadata?.name);
  expect(names((await list({ labelSelector: 'odd=true' })).body.items)).toEqual(['a', 'c']);
  const page = (await list({ limit: 2 })).body;
  expect(names(page.items)).toEqual(['a', 'b']);
  expect(names((await list({ limit: 2, continue: page.metadata.continue })).body.items)).toEqual(['c']);
  await client.request({ method: 'DELETE', path: `${CONFIGS}/a` });
  expect(await refusal(client.request({ method: 'GET', path: `${CONFIGS}/a` }))).toMatchObject({
    code: 404,
    message: 'configmaps "a" not found',
  });
});

test('the reflector that the session uses sees every change, also after its watch was cut and its version forgotten', async () => {
  const { client, api } = await openApi();
  const seen = new Map<string, unknown>();
  const controller = new AbortController();
  const reflecting = reflect(
    {
      ...{ client, path: CONFIGS, onLost: () => {}, onFound: () => {} },
      onUpsert: (object: KubeObject) => seen.set(object.metadata?.name ?? '', object.data),
      onDelete: ({ name }: { name: string }) => seen.delete(name),
      timing: { backoff: () => 10 },
    } as never,
    controller.signal,
  );
  onTestFinished(async () => {
    controller.abort();
    await reflecting;
  });
  await applyManifest(client, type, config('a', { k: '1' }, { namespace: 'shop' }), {
    fieldValidation: 'Strict',
  });
  await vi.waitUntil(() => seen.has('a'), within);
  api.store.compact();
  client.reconnect();
  await applyManifest(client, type, config('a', { k: '2' }, { namespace: 'shop' }), {
    fieldValidation: 'Strict',
  });
  await vi.waitUntil(() => JSON.stringify(seen.get('a')) === '{"k":"2"}', within);
  await client.request({ method: 'DELETE', path: `${CONFIGS}/a` });
  await vi.waitUntil(() => !seen.has('a'), within);
});

test('a watch of a version that is forgotten is told 410', async () => {
  const { client, api } = await openApi();
  await client.request({ method: 'POST', path: CONFIGS, body: config('a') });
  api.store.compact();
  const stream = await client.stream({
    method: 'GET',
    path: CONFIGS,
    query: { watch: true, resourceVersion: '1' },
  });
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  const line = JSON.parse(Buffer.concat(chunks).toString());
  expect(line).toMatchObject({ type: 'ERROR', object: { code: 410, reason: 'Expired' } });
});

test('a manifest is applied as on the real thing: created, unchanged, changed, refused', async () => {
  const { client } = await openApi();
  const apply = (data: object, more: object = {}) =>
    applyManifest(
      client,
      type,
      { ...config('a', data, { namespace: 'shop' }), ...more },
      { fieldValidation: 'Strict' },
    );
  expect((await apply({ k: '1' })).outcome).toBe('created');
  expect((await apply({ k: '1' })).outcome).toBe('unchanged');
  expect((await apply({ k: '2' })).outcome).toBe('changed');
  expect(await refusal(apply({}, { dataa: {} }))).toMatchObject({
    message: expect.stringContaining('unknown field "dataa"'),
  });
  expect(await refusal(apply({}, { data: [] }))).toMatchObject({ code: 400 });
});

test('a dry run answers as if, and keeps nothing', async () => {
  const { client } = await openApi();
  await client.request({ method: 'POST', path: CONFIGS, query: { dryRun: 'All' }, body: config('a') });
  expect(await refusal(client.request({ method: 'GET', path: `${CONFIGS}/a` }))).toMatchObject({ code: 404 });
});

test('who was faster wins: an older version is refused', async () => {
  const { client } = await openApi();
  const { body } = await client.request<KubeObject>({ method: 'POST', path: CONFIGS, body: config('a') });
  const put = (object: object) => client.request({ method: 'PUT', path: `${CONFIGS}/a`, body: object });
  await put({ ...body, data: { k: '1' } });
  expect(await refusal(put({ ...body, data: { k: '2' } }))).toMatchObject({ code: 409, reason: 'Conflict' });
});

test('an immutable ConfigMap keeps what it holds, but can be labelled', async () => {
  const { client } = await openApi();
  const sealed = { ...config('a', { a: '1' }), immutable: true };
  await client.request({ method: 'POST', path: CONFIGS, body: sealed });
  const merge = (body: object) =>
    client.request({
      ...{ method: 'PATCH', path: `${CONFIGS}/a`, contentType: 'application/merge-patch+json' },
      body,
    });
  const { code, causes } = await refusal(merge({ data: { a: '2' }, immutable: false }));
  expect([code, ...causes.map(({ field }) => field)]).toEqual([422, 'immutable', 'data']);
  await merge({ metadata: { labels: { a: 'b' } } });
});

test('without the token nothing is answered', async () => {
  const { api, client } = await openApi();
  const { Agent, fetch } = await import('undici');
  const dispatcher = new Agent({ connect: { rejectUnauthorized: false } });
  onTestFinished(() => dispatcher.close());
  for (const path of ['/api/v1/namespaces', '/version', '/healthz', '/openapi/v3']) {
    const answer = await fetch(`https://127.0.0.1:${api.server.port}${path}`, { dispatcher });
    expect(answer.status, path).toBe(401);
    await answer.body?.cancel();
  }
  expect((await client.request({ method: 'GET', path: '/version' })).status).toBe(200);
});

test('what it does not do it refuses in words; what has no effect it says', async () => {
  const { client } = await openApi();
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'a' },
    spec: { containers: [{ name: 'a', image: 'a' }] },
  };
  await client.request({ method: 'POST', path: '/api/v1/namespaces/shop/pods', body: pod });
  const evicting = client.request({
    method: 'POST',
    path: '/api/v1/namespaces/shop/pods/a/eviction',
    body: {},
  });
  expect(await refusal(evicting)).toMatchObject({
    code: 501,
    message: 'the sandbox does not do this: pods/eviction',
  });
  const role = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name: 'r' } };
  const path = '/apis/rbac.authorization.k8s.io/v1/namespaces/shop/roles';
  expect((await client.request({ method: 'POST', path, body: role })).warnings).toEqual([
    'the sandbox keeps this Role, but nothing in it acts on it',
  ]);
});

test('faults are made on demand: a refusal, and an answer that takes its time', async () => {
  let broken = true;
  const { client } = await openApi(async ({ path }) => {
    if (!path.endsWith('/configmaps')) return;
    if (broken) throw new ApiError(429, 'TooManyRequests', 'please wait');
    await sleep(50);
  });
  const list = () => client.request({ method: 'GET', path: CONFIGS });
  expect(await refusal(list())).toMatchObject({ code: 429 });
  broken = false;
  expect((await list()).status).toBe(200);
});
