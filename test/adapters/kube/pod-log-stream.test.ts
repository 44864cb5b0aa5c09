import { describe, expect, it } from 'vitest';
import { openPodLog } from '../../../src/kube/pod-log-stream.ts';
import { clientOf, json, startApiServer, status } from './api-server.ts';

const container = { namespace: 'shop', pod: 'web-0', container: 'web' };
const live = () => new AbortController().signal;

describe('openPodLog', () => {
  it.each([
    [{ follow: true }, 'container=web&follow=true&timestamps=true'],
    [{ follow: false, tailLines: 0 }, 'container=web&follow=false&timestamps=true&tailLines=0'],
    [
      { follow: true, previous: true, sinceTime: '2026-11-21T10:00:00.5Z' },
      'container=web&follow=true&timestamps=true&sinceTime=2026-11-21T10%3A00%3A00.5Z&previous=true',
    ],
  ])('asks for %o', async (options, query) => {
    const asked: unknown[] = [];
    const api = await startApiServer((request, response) => {
      asked.push(request.url);
      response.end();
    });
    await openPodLog(await clientOf(api.url), { ...container, ...options }, live());
    expect(asked).toEqual([`/api/v1/namespaces/shop/pods/web-0/log?${query}`]);
  });

  it('gives the bytes as they are', async () => {
    const api = await startApiServer((_, response) => {
      response.write(Buffer.from('2026-11-21T10:00:00.000000001Z gr\xc3', 'latin1'));
      response.end(Buffer.from('\xb6\xc3\x9fe\nno newline', 'latin1'));
    });
    const chunks: Uint8Array[] = [];
    for await (const chunk of await openPodLog(
      await clientOf(api.url),
      { ...container, follow: true },
      live(),
    ))
      chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toBe('2026-11-21T10:00:00.000000001Z größe\nno newline');
  });

  it('rejects with what the apiserver says while the container waits to start', async () => {
    const message = 'container "web" in pod "web-0" is waiting to start: ImagePullBackOff';
    const api = await startApiServer((_, response) =>
      json(response, status(400, 'BadRequest', message), 400),
    );
    await expect(
      openPodLog(await clientOf(api.url), { ...container, follow: true }, live()),
    ).rejects.toMatchObject({ name: 'KubeError', status: { code: 400, message } });
  });
});
