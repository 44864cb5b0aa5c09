import { afterEach, expect, test } from 'vitest';
import { openCluster } from '../../src/cli/open-cluster.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { createGitFacts } from '../../src/deploy/git-facts.ts';
import { createKubeDeployer } from '../../src/deploy/kube-deployer.ts';
import { releaseAdopted } from '../../src/deploy/release-adopted.ts';
import { createDiscovery } from '../../src/kube/discovery.ts';
import type { KubeClient, KubeRequest } from '../../src/kube/kube-client.ts';
import { type BareProject, bareProject } from './bare-project.ts';
import { essence } from './essence.ts';
import { kubectl } from './harness.ts';

let project: BareProject | undefined;
afterEach(() => project?.remove());

const service = (port: number) =>
  `apiVersion: v1\nkind: Service\nmetadata: { name: web, labels: { theirs: kept } }\nspec: { selector: { app: web }, ports: [{ port: 80, targetPort: ${port} }, { port: 81, name: more }] }\n`.replace(
    '{ port: 80,',
    '{ port: 80, name: http,',
  );

/** A Service that kubectl made, as it was. */
async function made() {
  project = await bareProject({ 'k8s/web.yaml': service(8080) });
  await kubectl('create', 'namespace', project.namespace);
  await project.kubectl('apply', '-f', `${project.dir}/k8s`);
  return { ...project, before: essence(await project.get('service', 'web')) };
}

/** A client that fails once, at the write for which `at` says so; what it failed at is not done. */
function failing(client: Pick<KubeClient, 'request'>, at: (request: KubeRequest) => boolean) {
  let failed = 0;
  const request: KubeClient['request'] = (each) => {
    if (each.method === 'GET' || !at(each) || failed++ > 0) return client.request(each);
    return Promise.reject(new Error('power cut'));
  };
  return { request, failed: () => failed > 0 };
}

test.each([
  ['the values', ({ method }: KubeRequest) => method === 'PUT'],
  ['the marks', ({ contentType }: KubeRequest) => contentType === 'application/json-patch+json'],
  ['the record', ({ contentType }: KubeRequest) => contentType === 'application/merge-patch+json'],
])('what is interrupted before %s is given back by the next try', async (_, at) => {
  const { apply, down, write, get, kubectl: kube, namespace, before } = await made();
  await apply('--adopt');
  await write('k8s/web.yaml', service(9090).replace(', { port: 81, name: more }', ''));
  await apply();
  expect((await get('service', 'web')).spec.ports).toHaveLength(1);

  const cluster = await openCluster({ namespace }, 'read-only');
  const client = failing(cluster.client, at);
  const target = { apiVersion: 'v1', kind: 'Service', name: 'web', namespace };
  const { signal } = new AbortController();
  const options = { client, discovery: createDiscovery(client), app: 'trial', namespace, signal };
  await expect(releaseAdopted(target, options)).rejects.toThrow('power cut');
  await cluster.close();
  expect(client.failed()).toBe(true);

  await down();
  expect(essence(await get('service', 'web'))).toEqual(before);
  expect(await kube('get', 'secret,configmap', '-o', 'name', '-l', 'rockpool.dev/app')).toBe('');
});

test('what is interrupted while it is taken over is taken over by the next apply', async () => {
  const { apply, down, write, get, namespace, dir, before } = await made();
  const { signal } = new AbortController();
  const cluster = await openCluster({ namespace }, 'read-only');
  const client = failing(cluster.client, ({ contentType }) => contentType === 'application/json-patch+json');
  const config = await loadConfig({ cwd: dir, env: {}, git: createGitFacts }, signal);
  const deployer = createKubeDeployer({
    client,
    config: () => config,
    namespace,
    git: createGitFacts,
    mayAdopt: () => true,
  });
  const request = { generation: 1, refs: {}, applied: {} };
  await expect(deployer.deploy(request, () => undefined, signal)).rejects.toThrow('power cut');
  await cluster.close();

  expect((await apply()).code).toBe(0);
  await write('k8s/web.yaml', service(8080).replace(', { port: 81, name: more }', ''));
  expect((await apply()).code).toBe(0);
  expect((await get('service', 'web')).spec.ports).toHaveLength(1);
  await down();
  expect(essence(await get('service', 'web'))).toEqual(before);
});

test('a namespace and what is in it are given back with their data', async () => {
  const { apply, down, write, namespace, kubectl: kube } = await made();
  const claim =
    'apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: { name: data }\nspec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Mi } } }\n';
  await write('theirs.yaml', claim);
  await kube('apply', '-f', `${project?.dir}/theirs.yaml`);
  const labels = async () =>
    kube('get', `namespace/${namespace}`, 'pvc/data', '-o', 'jsonpath={.items[*].metadata.labels}');
  const before = await labels();
  await write('k8s/claim.yaml', claim);
  await write('k8s/namespace.yaml', `apiVersion: v1\nkind: Namespace\nmetadata: { name: ${namespace} }\n`);
  const { code, said } = await apply('--adopt');
  expect([code, said]).toEqual([0, expect.stringContaining(`Namespace//${namespace}  taken over`)]);
  expect(await labels()).not.toBe(before);
  expect((await down()).code).toBe(0);
  expect(await labels()).toBe(before);
});
