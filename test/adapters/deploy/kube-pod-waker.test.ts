import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { createKubePodWaker } from '../../../src/deploy/kube-pod-waker.ts';
import { pod } from '../../support/events.ts';
import { clientOf, json, startApiServer, status } from '../kube/api-server.ts';

const never = new AbortController().signal;

/** An apiserver that takes patches, but for pods of the names given. */
async function serving(refused: readonly string[] = []) {
  const patches: { path: string; type: string | undefined; body: unknown }[] = [];
  const api = await startApiServer(async (request, response) => {
    const path = new URL(request.url ?? '', 'http://api').pathname;
    const type = request.headers['content-type'];
    patches.push({ path: `${request.method} ${path}`, type, body: JSON.parse(await text(request)) });
    if (refused.some((name) => path.endsWith(name))) json(response, status(409, 'Conflict', 'no'), 409);
    else json(response, {});
  });
  return { api, patches, client: await clientOf(api.url) };
}

describe('the kubelet', () => {
  test('is made to look at pods by an annotation, at these very pods and no others of their names', async () => {
    const { client, patches } = await serving(['/a']);
    const waker = createKubePodWaker(client, { now: () => 0 });
    await waker.wake([pod({ name: 'a', uid: '1' }), pod({ name: 'b', uid: '2' })], never);
    const annotations = { 'rockpool.dev/image-restored-at': '1970-01-01T00:00:00.000Z' };
    const type = 'application/merge-patch+json';
    expect(patches).toEqual([
      { path: 'PATCH /api/v1/namespaces/shop/pods/a', type, body: { metadata: { uid: '1', annotations } } },
      { path: 'PATCH /api/v1/namespaces/shop/pods/b', type, body: { metadata: { uid: '2', annotations } } },
    ]);
  });

  test('looks by itself later: an apiserver that does not answer is no failure', async () => {
    const { api, client } = await serving();
    await api.stop();
    await createKubePodWaker(client, { now: () => 0 }).wake([pod()], never);
  });

  test('is not bothered once the signal fired', async () => {
    const { client } = await serving();
    const waker = createKubePodWaker(client, { now: () => 0 });
    await expect(waker.wake([pod()], AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
  });
});
