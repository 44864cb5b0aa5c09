import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chooseImageRoute } from '../../../src/cluster/choose-image-route.ts';
import { fakeMinikube } from './fake-minikube.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rockpool-test-'));
  await Promise.all(['ca', 'cert', 'key'].map((name) => writeFile(join(folder, `${name}.pem`), name)));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const signal = AbortSignal.timeout(60_000);
const server = 'https://127.0.0.1:6443';

describe('chooseImageRoute', () => {
  it('asks minikube for the Docker Engine of the profile, and says where it is', async () => {
    const { env, calls } = await minikubeAt('tcp://127.0.0.1:12376');
    await expect(
      chooseImageRoute({ name: 'minikube', server }, { env, home: folder, signal }),
    ).resolves.toEqual({
      words: 'Docker of minikube profile minikube at tcp://127.0.0.1:12376',
      endpoint: { protocol: 'https', host: '127.0.0.1', port: 12376, ca: 'ca', cert: 'cert', key: 'key' },
    });
    expect(await readFile(calls, 'utf8')).toContain('-p minikube');
  });

  it('asks by the name of the cluster when the context of a minikube cluster was renamed', async () => {
    const { env, calls } = await minikubeAt('tcp://127.0.0.1:12376');
    await chooseImageRoute(
      { name: 'dev', cluster: 'work', minikube: true, server },
      { env, home: folder, signal },
    );
    expect(await readFile(calls, 'utf8')).toContain('-p work');
  });

  it('passes on what stands in the way in minikube', async () => {
    const { env } = await fakeMinikube(folder, "printf 'false exit code 83'; exit 83");
    await expect(
      chooseImageRoute({ name: 'minikube', server }, { env, home: folder, signal }),
    ).rejects.toMatchObject({ failures: [{ code: 'MINIKUBE_STOPPED' }] });
  });

  it('takes the daemon of the host for docker-desktop and its like', async () => {
    const env = { DOCKER_HOST: 'tcp://127.0.0.1:2375' };
    await expect(
      chooseImageRoute({ name: 'colima', server }, { env, home: folder, signal }),
    ).resolves.toEqual({
      words: 'Docker of colima at tcp://127.0.0.1:2375 (DOCKER_HOST)',
      endpoint: { protocol: 'http', host: '127.0.0.1', port: 2375 },
    });
  });

  it.each(['kind-kind', 'k3d-dev', 'microk8s', 'prod-eu'])(
    'says of %s that it has no way yet, also when DOCKER_HOST is set',
    async (name) => {
      const env = { DOCKER_HOST: 'tcp://127.0.0.1:2375' };
      await expect(chooseImageRoute({ name, server }, { env, home: folder, signal })).rejects.toMatchObject({
        failures: [{ code: 'ROUTE_MISSING', subject: `context/${name}` }],
      });
    },
  );
});

function minikubeAt(host: string) {
  const answer = { DOCKER_CERT_PATH: folder, DOCKER_HOST: host, DOCKER_TLS_VERIFY: '1' };
  return fakeMinikube(folder, `echo '${JSON.stringify(answer)}'`);
}
