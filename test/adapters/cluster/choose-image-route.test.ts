import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chooseImageRoute } from '../../../src/cluster/choose-image-route.ts';
import { toClusterContext } from '../../../src/cluster/to-cluster-context.ts';
import { freezeContext } from '../../../src/kube/freeze-context.ts';
import {
  KubeError,
  type KubeRequest,
  type KubeResponse,
  KubeUnreachable,
} from '../../../src/kube/kube-client.ts';
import { loadKubeConfig } from '../../../src/kube/kubeconfig.ts';
import { withDocker } from '../../../src/sandbox/kubeconfig-with-docker.ts';
import { fakeMinikube } from './fake-minikube.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rockpool-test-'));
  await Promise.all(['ca', 'cert', 'key'].map((name) => writeFile(join(folder, `${name}.pem`), name)));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const recorded = join(import.meta.dirname, '../../cluster/bin');
const signal = AbortSignal.timeout(60_000);
const server = 'https://127.0.0.1:6443';
/** a cluster that tells nothing of itself */
const client = clusterOf({});

describe('chooseImageRoute', () => {
  it('asks minikube for the Docker Engine of the profile, and says where it is', async () => {
    const { env, calls } = await minikubeAt('tcp://127.0.0.1:12376');
    await expect(
      chooseImageRoute({ name: 'minikube', server }, { env, home: folder, signal, client }),
    ).resolves.toEqual({
      words: 'Docker of minikube profile minikube at tcp://127.0.0.1:12376',
      endpoint: { protocol: 'https', host: '127.0.0.1', port: 12376, ca: 'ca', cert: 'cert', key: 'key' },
      shell: 'eval $(minikube -p minikube docker-env)',
    });
    expect(await readFile(calls, 'utf8')).toContain('-p minikube');
  });

  it('asks by the name of the cluster when the context of a minikube cluster was renamed', async () => {
    const { env, calls } = await minikubeAt('tcp://127.0.0.1:12376');
    await chooseImageRoute(
      { name: 'dev', cluster: 'work', minikube: true, server },
      { env, home: folder, signal, client },
    );
    expect(await readFile(calls, 'utf8')).toContain('-p work');
  });

  it('builds into the Docker endpoint that the kubeconfig of a sandbox names', async () => {
    const path = join(folder, 'kubeconfig');
    const named = withDocker(
      JSON.stringify({
        clusters: [{ name: 'sandbox', cluster: { server } }],
        contexts: [{ name: 'sandbox', context: { cluster: 'sandbox' } }],
      }),
      '/run/docker.sock',
    );
    await writeFile(path, named);
    const frozen = await freezeContext(await loadKubeConfig({ path, env: {} }), 'sandbox');
    const env = { DOCKER_HOST: 'tcp://127.0.0.1:2375' };
    await expect(
      chooseImageRoute(toClusterContext(frozen), { env, home: folder, signal, client }),
    ).resolves.toEqual({
      words: 'the sandbox, at /run/docker.sock',
      endpoint: { socketPath: '/run/docker.sock' },
    });
  });

  it('passes on what stands in the way in minikube', async () => {
    const { env } = await fakeMinikube(folder, "printf 'false exit code 83'; exit 83");
    await expect(
      chooseImageRoute({ name: 'minikube', server }, { env, home: folder, signal, client }),
    ).rejects.toMatchObject({ failures: [{ code: 'MINIKUBE_STOPPED' }] });
  });

  it('takes the daemon of the host for docker-desktop and its like', async () => {
    const env = { DOCKER_HOST: 'tcp://127.0.0.1:2375' };
    await expect(
      chooseImageRoute({ name: 'colima', server }, { env, home: folder, signal, client }),
    ).resolves.toEqual({
      words: 'Docker of colima at tcp://127.0.0.1:2375 (DOCKER_HOST)',
      endpoint: { protocol: 'http', host: '127.0.0.1', port: 2375 },
    });
  });

  it.each([
    ['a cluster of several nodes', 'multinode', 'has several nodes'],
    ['containerd', 'containerd', 'runs containerd'],
    ['cri-o', 'crio', 'runs crio'],
  ])('loads images into a minikube with %s, and says why and what is quicker', async (_, situation, why) => {
    const env = {
      ...onPath(recorded),
      ROCKPOOL_FAKE_MINIKUBE: situation,
      DOCKER_HOST: 'tcp://127.0.0.1:2375',
    };
    const route = await chooseImageRoute({ name: 'minikube', server }, { env, home: folder, signal, client });
    expect(route.endpoint).toEqual({ protocol: 'http', host: '127.0.0.1', port: 2375 });
    expect(route.delivery?.way).toBe('minikube image load');
    expect(route.words).toContain(why);
    expect(route.words).toContain('minikube start --container-runtime=docker');
  });

  it.each([
    ['containerd', 'runs containerd'],
    ['crio', 'runs crio'],
  ])(
    'builds in the nodes of a minikube with %s when there is no Docker on this machine',
    async (situation, why) => {
      const env = {
        ...onPath(recorded),
        ROCKPOOL_FAKE_MINIKUBE: situation,
        DOCKER_HOST: 'unix:///nowhere.sock',
      };
      const route = await chooseImageRoute(
        { name: 'minikube', server },
        { env, home: folder, signal, client },
      );
      expect(route).toMatchObject({ builder: { address: undefined } });
      expect(route.delivery).toBeUndefined();
      expect(route.words).toContain('built by minikube image build');
      expect(route.words).toContain(why);
      expect(route.words).toContain('minikube start --container-runtime=docker');
    },
  );

  it('says what is missing when there is no Docker on this machine to build with', async () => {
    const env = {
      ...onPath(recorded),
      ROCKPOOL_FAKE_MINIKUBE: 'multinode',
      DOCKER_HOST: 'unix:///nowhere.sock',
    };
    await expect(
      chooseImageRoute({ name: 'minikube', server }, { env, home: folder, signal, client }),
    ).rejects.toMatchObject({
      failures: [{ code: 'DOCKER_MISSING', message: expect.stringContaining('run containers with docker') }],
    });
  });

  describe('for kind and k3d', () => {
    const env = { ...onPath(recorded), DOCKER_HOST: 'tcp://127.0.0.1:2375' };
    const node = (name: string, providerID: string) => ({
      metadata: { name },
      spec: { providerID },
      status: { nodeInfo: { containerRuntimeVersion: 'containerd://2.1.4' } },
    });

    it.each([
      ['kind-dev', 'kind load docker-image', {}],
      ['k3d-dev', 'k3d image import', {}],
      ['renamed', 'kind load docker-image', { nodes: [node('x', 'kind://docker/dev/dev-control-plane')] }],
      ['renamed', 'k3d image import', { nodes: [node('k3d-dev-server-0', 'k3s://k3d-dev-server-0')] }],
    ])('loads the images of %s by %s', async (name, way, cluster) => {
      const options = { env, home: folder, signal, client: clusterOf(cluster) };
      const { delivery, words } = await chooseImageRoute({ name, server }, options);
      expect(delivery?.way).toBe(way);
      expect(delivery?.rewrite).toBeUndefined();
      expect(words).toBe(
        `built by Docker at tcp://127.0.0.1:2375 (DOCKER_HOST), brought to the nodes by ${way}`,
      );
    });

    it('takes the registry that the cluster names, unasked, and says so', async () => {
      const hosting = 'host: "localhost:5001"\nhostFromContainerRuntime: "kind-registry:5000"\n';
      const options = { env, home: folder, signal, client: clusterOf({ hosting }) };
      const { delivery, words } = await chooseImageRoute({ name: 'kind-dev', server }, options);
      expect(words).toContain('a push to localhost:5001, the registry of the cluster');
      expect(delivery?.rewrite?.('shop/web:rp-1')).toBe('kind-registry:5000/shop/web:rp-1');
    });

    it.each(['kind', 'k3d'])(
      'names the program %s and how to install it when it is missing',
      async (program) => {
        const options = { env: { ...env, PATH: folder }, home: folder, signal, client };
        await expect(chooseImageRoute({ name: `${program}-dev`, server }, options)).rejects.toMatchObject({
          failures: [
            {
              code: 'TOOL_MISSING',
              message: expect.stringContaining(`no program ${program}`),
              command: expect.stringContaining('go install'),
            },
          ],
        });
      },
    );

    it('says that the cluster is away when it does not answer', async () => {
      const away = { request: () => Promise.reject(new KubeUnreachable(server, new Error('refused'))) };
      const options = { env, home: folder, signal, client: away };
      await expect(chooseImageRoute({ name: 'kind-dev', server }, options)).rejects.toMatchObject({
        failures: [{ code: 'CLUSTER_LOST' }],
      });
    });
  });

  describe('for any other cluster', () => {
    const env = { DOCKER_HOST: 'tcp://127.0.0.1:2375' };

    it.each(['microk8s', 'prod-eu'])('says of %s what to add to rockpool.yaml', async (name) => {
      await expect(
        chooseImageRoute({ name, server }, { env, home: folder, signal, client }),
      ).rejects.toMatchObject({
        failures: [
          {
            code: 'ROUTE_MISSING',
            subject: `context/${name}`,
            hint: expect.stringContaining('registry: HOST[:PORT]/PATH'),
          },
        ],
      });
    });

    it('pushes to the registry of rockpool.yaml', async () => {
      const options = { env, home: folder, signal, client, registry: 'registry.example.com/team' };
      const { delivery, words } = await chooseImageRoute({ name: 'prod-eu', server }, options);
      expect(words).toContain('a push to registry.example.com/team (registry in rockpool.yaml)');
      expect(delivery?.rewrite?.('shop/web:rp-1')).toBe('registry.example.com/team/shop/web:rp-1');
    });

    it('does not build into a host Docker for a colima whose nodes run containerd', async () => {
      const nodes = [
        {
          metadata: { name: 'colima' },
          status: { nodeInfo: { containerRuntimeVersion: 'containerd://2.0' } },
        },
      ];
      await expect(
        chooseImageRoute(
          { name: 'colima', server },
          { env, home: folder, signal, client: clusterOf({ nodes }) },
        ),
      ).rejects.toMatchObject({
        failures: [{ code: 'ROUTE_MISSING', hint: expect.stringContaining('--runtime docker') }],
      });
    });
  });
});

function onPath(bin: string) {
  return { PATH: `${bin}:${process.env.PATH}` };
}

/** A cluster with these nodes and, where it has one, this text in its ConfigMap local-registry-hosting. */
function clusterOf({ nodes = [], hosting }: { nodes?: readonly object[]; hosting?: string }) {
  return {
    request: <T>({ method, path }: KubeRequest): Promise<KubeResponse<T>> => {
      const body = path.endsWith('/nodes')
        ? { items: nodes }
        : hosting && { data: { 'localRegistryHosting.v1': hosting } };
      if (body) return Promise.resolve({ status: 200, body: body as T, warnings: [] });
      const missing = { code: 404, reason: 'NotFound', message: 'not found', causes: [] };
      return Promise.reject(new KubeError(missing, { method, path }));
    },
  };
}

function minikubeAt(host: string) {
  const answer = { DOCKER_CERT_PATH: folder, DOCKER_HOST: host, DOCKER_TLS_VERIFY: '1' };
  return fakeMinikube(folder, `echo '${JSON.stringify(answer)}'`);
}
