import { expect, it } from 'vitest';
import { clearCluster } from '../../../src/cli/demo/clear-cluster.ts';
import type { Cluster } from '../../../src/cli/open-cluster.ts';
import { startObjectServer } from '../deploy/object-server.ts';
import { refusal } from '../deploy/scripted-apiserver.ts';

type Script = Parameters<typeof startObjectServer>[0];

/** A cluster with two images, and one namespace that was made for a project. */
async function openCluster(owner: string, script?: Script) {
  const { client, objects, put } = await startObjectServer(script);
  const path = '/api/v1/namespaces/demo-1';
  put(path, { kind: 'Namespace', metadata: { labels: { 'rockpool.dev/app': owner } } });
  const untagged: string[] = [];
  let uses = 2;
  const daemon = {
    images: async (label: string) =>
      label.endsWith('=demo-1') ? [{ names: ['demo-1:rp-a', 'sha256:1'] }, { names: ['demo-1:rp-b'] }] : [],
    // A container of a pod that has gone is there a little longer.
    untag: async (ref: string) => {
      if (uses-- > 0) return 'kept';
      untagged.push(ref);
      return 'deleted';
    },
  };
  const cluster = { client, context: 'minikube', docker: async () => ({ daemon, words: '' }) };
  return { cluster: cluster as unknown as Cluster, untagged, has: () => objects.has(path) };
}

it("takes the demo's namespace and images away", async () => {
  const { cluster, untagged, has } = await openCluster('demo-1');
  await clearCluster(cluster, 'demo-1');
  expect(has()).toBe(false);
  expect(untagged).toEqual(['demo-1:rp-a', 'demo-1:rp-b']);
});

it('leaves a namespace of that name alone that was there before', async () => {
  const { cluster, has } = await openCluster('shop');
  await clearCluster(cluster, 'demo-1');
  expect(has()).toBe(true);
});

it('says what is left, and what takes it away', async () => {
  const { cluster } = await openCluster('demo-1', ({ method }) =>
    method === 'DELETE' ? refusal(403, 'Forbidden', 'you may not delete namespaces') : undefined,
  );
  await expect(clearCluster(cluster, 'demo-1')).rejects.toMatchObject({
    failures: [
      {
        code: 'DEMO_LEFT',
        message: expect.stringContaining('you may not delete namespaces'),
        command: 'kubectl --context minikube delete namespace demo-1',
      },
    ],
  });
});
