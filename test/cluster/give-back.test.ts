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
import { kubectl, rockpool } from './harness.ts';

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

  const again = await down();
  expect(again.code, again.said).toBe(0);
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

const container = (more: string) => `{ name: web, image: 'busybox', command: [sleep, '1000']${more} }`;
const workload = (kind: string, { pod = '', spec = '', more = '' } = {}) => `apiVersion: apps/v1
kind: ${kind}
metadata: { name: web }
spec:
  selector: { matchLabels: { app: web } }${kind === 'StatefulSet' ? '\n  serviceName: web' : ''}${spec}
  template:
    metadata: { labels: { app: web } }
    spec:
      terminationGracePeriodSeconds: 0
      containers: [${container(more)}]${pod}
`;

/** What a manifest of the project may have that the object did not, or has otherwise. */
const ADDED: Readonly<Record<string, { pod?: string; spec?: string; more?: string }>> = {
  'a readiness probe': { more: ', readinessProbe: { httpGet: { port: 80 } }' },
  'a probe of another sort': { more: ', livenessProbe: { tcpSocket: { port: 80 } }' },
  'a startup probe and a hook': {
    more: ', startupProbe: { exec: { command: [ls] } }, lifecycle: { preStop: { exec: { command: [ls] } } }',
  },
  'ports and variables': {
    more: ', ports: [{ containerPort: 80 }], env: [{ name: A, value: "1" }, { name: B, valueFrom: { fieldRef: { fieldPath: metadata.name } } }]',
  },
  'limits and a security context': {
    more: ', resources: { limits: { memory: 64Mi } }, securityContext: { runAsUser: 1000 }',
  },
  'volumes and another container': {
    more: ', volumeMounts: [{ name: v, mountPath: /v }]',
    pod: `\n      volumes: [{ name: v, emptyDir: {} }, { name: c, configMap: { name: none, optional: true } }]\n      initContainers: [{ name: first, image: busybox, command: ['true'] }]`,
  },
  'more of the pod': {
    pod: '\n      restartPolicy: Always\n      hostAliases: [{ ip: 10.0.0.1, hostnames: [a] }]\n      securityContext: { runAsUser: 1000 }\n      affinity: { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: { topologyKey: a, labelSelector: { matchLabels: { app: web } } } }] } }',
  },
  'another count': { spec: '\n  replicas: 2\n  revisionHistoryLimit: 3' },
};

/** One object per entry of ADDED, all of a kind, made by `make`: given back, each is as it was. */
async function added(kind: string, make: (text: string) => Promise<unknown>) {
  const all = (what: (each: { pod?: string; spec?: string; more?: string }) => string) =>
    Object.values(ADDED)
      .map((each, at) => what(each).replaceAll(/\bweb\b/g, `web${at}`))
      .join('---\n');
  project = await bareProject({ 'k8s/web.yaml': all((each) => workload(kind, each)) });
  await kubectl('create', 'namespace', project.namespace);
  await make(
    all(() => workload(kind, kind === 'Deployment' ? { spec: '\n  strategy: { type: Recreate }' } : {})),
  );
  const { get } = project;
  const read = () =>
    Promise.all(Object.keys(ADDED).map(async (_, at) => essence(await get(kind, `web${at}`))));
  return { ...project, before: await read(), read };
}

test.each(['Deployment', 'StatefulSet'])('whatever a manifest added to a %s goes again', async (kind) => {
  const {
    apply,
    down,
    read,
    before,
    write,
    kubectl: kube,
    dir,
  } = await added(kind, async (text) => {
    await project?.write('theirs.yaml', text);
    await project?.kubectl('apply', '-f', `${project.dir}/theirs.yaml`);
  });
  expect(await apply('--adopt')).toMatchObject({ code: 0 });
  const { code, said } = await down();
  expect([code, said]).toEqual([0, expect.stringContaining('given back as it was')]);
  const after = await read();
  for (const [at, name] of Object.keys(ADDED).entries()) expect(after[at], name).toEqual(before[at]);
  const next = workload(kind, { spec: '\n  replicas: 2', more: ', stdin: true' }).replaceAll(
    /\bweb\b/g,
    'web0',
  );
  await write('theirs.yaml', next);
  expect(await kube('apply', '-f', `${dir}/theirs.yaml`)).toContain('web0 configured');
});

test('what helm installed is given back after a stop, and helm goes on', async () => {
  const { apply, down, get, helm, write, dir, before, read, namespace } = await added(
    'StatefulSet',
    async (text) => {
      await project?.write('chart/Chart.yaml', 'apiVersion: v2\nname: web\nversion: 1.0.0\n');
      await project?.write('chart/templates/web.yaml', text);
      await project?.helm('install', 'web', 'chart');
    },
  );
  expect(await apply('--adopt')).toMatchObject({ code: 0 });
  const stop = await rockpool(['stop', '-n', namespace], { cwd: dir });
  expect([stop.code, (await get('StatefulSet', 'web0')).spec.replicas]).toEqual([0, 0]);
  expect(await down()).toMatchObject({ code: 0 });
  const after = await read();
  for (const [at, name] of Object.keys(ADDED).entries()) expect(after[at], name).toEqual(before[at]);
  const next = workload('StatefulSet', { spec: '\n  replicas: 2', more: ", env: [{ name: C, value: '1' }]" });
  await write('chart/templates/web.yaml', next.replaceAll(/\bweb\b/g, 'web0'));
  await helm('upgrade', 'web', 'chart');
  expect((await get('StatefulSet', 'web0')).spec.replicas).toBe(2);
});

test('a Service whose type and ports changed is given back', async () => {
  const { apply, down, write, get, before } = await made();
  await write(
    'k8s/web.yaml',
    service(8080)
      .replace('spec: {', 'spec: { type: NodePort, sessionAffinity: ClientIP,')
      .replace('name: more }', 'name: more }, { port: 82, name: most }'),
  );
  expect(await apply('--adopt')).toMatchObject({ code: 0 });
  expect((await get('service', 'web')).spec.ports).toHaveLength(3);
  expect(await down()).toMatchObject({ code: 0 });
  expect(essence(await get('service', 'web'))).toEqual(before);
});

test('what a session gave back as its manifest went is taken over again as it comes back', async () => {
  const { apply, delete: remove, write, namespace, dir, get } = await made();
  await write('k8s/other.yaml', 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: other }\n');
  const refused = await apply();
  expect([refused.code, refused.said]).toEqual([3, expect.stringContaining('rockpool apply --adopt')]);
  expect(await apply('--adopt')).toMatchObject({ code: 0 });
  const { signal } = new AbortController();
  const cluster = await openCluster({ namespace }, 'read-only');
  const config = await loadConfig({ cwd: dir, env: {}, git: createGitFacts }, signal);
  const { client } = cluster;
  const deployer = createKubeDeployer({ client, config: () => config, namespace, git: createGitFacts });
  const deploy = () => deployer.deploy({ generation: 1, refs: {}, applied: {} }, () => undefined, signal);
  const isAdopted = async () => 'rockpool.dev/adopted' in (await get('service', 'web')).metadata.annotations;
  await remove('k8s/web.yaml');
  await deploy();
  expect(await isAdopted()).toBe(false);
  await write('k8s/web.yaml', service(8080));
  await deploy();
  await cluster.close();
  expect(await isAdopted()).toBe(true);
});
