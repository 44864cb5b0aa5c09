import { describe, expect, test } from 'vitest';
import { listImageUses } from '../../../src/deploy/kube-image-uses.ts';
import { clientOf, json, startApiServer, status } from '../kube/api-server.ts';

const never = new AbortController().signal;
const container = (image: string) => ({ name: 'c', image });
const items: Readonly<Record<string, readonly object[]>> = {
  '/api/v1/pods': [
    {
      spec: {
        containers: [container('web:1')],
        initContainers: [container('init:1')],
        ephemeralContainers: [container('debug:1')],
        volumes: [{ image: { reference: 'data:1' } }],
      },
      status: { containerStatuses: [{ image: 'docker.io/web:1', imageID: 'sha256:1' }] },
    },
  ],
  '/apis/apps/v1/replicasets': [
    { spec: { template: { spec: { containers: [container('web:1')] } } } },
    { spec: { template: { spec: { containers: [container('web:old')] } } } },
  ],
  '/apis/apps/v1/controllerrevisions': [
    { data: { spec: { template: { spec: { containers: [container('db:old')] } } } } },
  ],
  '/apis/batch/v1/cronjobs': [
    {
      spec: { jobTemplate: { spec: { template: { spec: { containers: [container('nightly:1')] } } } } },
    },
  ],
};

/** An apiserver that gives lists one object at a time. */
async function serving(refuse: (path: string) => object | undefined = () => undefined) {
  const asked: string[] = [];
  const api = await startApiServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://api');
    asked.push(url.pathname);
    const refusal = refuse(url.pathname);
    if (refusal) return json(response, refusal, (refusal as { code: number }).code);
    const list = items[url.pathname] ?? [];
    const from = Number(url.searchParams.get('continue') ?? 0);
    const more = from + 1 < list.length ? { continue: String(from + 1) } : {};
    json(response, { metadata: more, items: list.slice(from, from + 1) });
  });
  return { asked, client: await clientOf(api.url) };
}

describe('images that the cluster names', () => {
  test('are those of pods, their statuses, what makes them and what a rollout can go back to', async () => {
    const { client, asked } = await serving();
    const uses = await listImageUses(client, never);
    expect([...(uses ?? [])].sort()).toEqual(
      [
        ...['data:1', 'db:old', 'debug:1', 'docker.io/web:1', 'init:1', 'nightly:1', 'sha256:1', 'web:1'],
        'web:old',
      ].sort(),
    );
    expect(asked).toContain('/apis/apps/v1/deployments');
    expect(asked.filter((path) => path.includes('/namespaces/'))).toEqual([]);
  });

  test('cannot be known when one kind may not be listed in all namespaces', async () => {
    const { client } = await serving((path) =>
      path.endsWith('/jobs') ? status(403, 'Forbidden', 'jobs is forbidden') : undefined,
    );
    expect(await listImageUses(client, never)).toBeUndefined();
  });

  test('cannot be known when the apiserver does not answer', async () => {
    const api = await startApiServer(() => {});
    const client = await clientOf(api.url);
    await api.stop();
    expect(await listImageUses(client, never)).toBeUndefined();
  });

  test('are not asked for any more once the signal fires', async () => {
    const { client } = await serving();
    await expect(listImageUses(client, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
  });
});
