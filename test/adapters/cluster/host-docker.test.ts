import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findHostDocker, usesHostDocker } from '../../../src/cluster/host-docker.ts';

let home: string;
const servers: Server[] = [];
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'rp-'));
});
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((done) => server.close(done))));
  await rm(home, { recursive: true, force: true });
});

describe('findHostDocker', () => {
  it.each([
    ['docker-desktop', '.docker/run/docker.sock'],
    ['docker-for-desktop', '.docker/desktop/docker.sock'],
    ['orbstack', '.orbstack/run/docker.sock'],
    ['rancher-desktop', '.rd/docker.sock'],
    ['colima', '.colima/default/docker.sock'],
    ['colima-work', '.config/colima/work/docker.sock'],
  ])('finds the socket of %s', async (context, path) => {
    const socket = await listen(path);
    await expect(findHostDocker(context, { env: {}, home })).resolves.toEqual({
      address: { host: `unix://${socket}`, tlsVerify: false },
      found: `socket of ${context}`,
    });
  });

  it.each([
    ['docker-desktop', 'desktop-linux'],
    ['colima-work', 'colima-work'],
  ])(
    'finds the daemon of %s by the docker context %s, before DOCKER_HOST',
    async (context, dockerContext) => {
      const host = `unix://${await listen('elsewhere.sock')}`;
      await writeContext(dockerContext, { Host: host, SkipTLSVerify: false });
      const env = { DOCKER_HOST: `unix://${await listen('other.sock')}` };
      await expect(findHostDocker(context, { env, home })).resolves.toMatchObject({
        address: { host, tlsVerify: false },
        found: `docker context ${dockerContext}`,
      });
    },
  );

  it('takes DOCKER_HOST where the product left no trace', async () => {
    const env = { DOCKER_HOST: 'tcp://192.168.5.1:2376', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/certs' };
    await expect(findHostDocker('rancher-desktop', { env, home })).resolves.toEqual({
      address: { host: 'tcp://192.168.5.1:2376', tlsVerify: true, certPath: '/certs' },
      found: 'DOCKER_HOST',
    });
  });

  it('does not take the DOCKER_HOST of a minikube that the shell still points to', async () => {
    const chosen = `unix://${await listen('chosen.sock')}`;
    await writeContext('chosen', { Host: chosen });
    await writeFile(join(home, '.docker/config.json'), '{"currentContext":"chosen"}');
    const env = {
      DOCKER_HOST: 'tcp://192.168.49.2:2376',
      DOCKER_TLS_VERIFY: '1',
      MINIKUBE_ACTIVE_DOCKERD: 'minikube',
    };
    const { address } = await findHostDocker('docker-desktop', { env, home });
    expect(address.host).toBe(chosen);
  });

  it('verifies a docker context with certificates, unless the context says not to', async () => {
    const host = 'tcp://192.168.5.1:2376';
    const folder = await writeContext('colima', { Host: host, SkipTLSVerify: false }, { 'ca.pem': 'ca' });
    await expect(findHostDocker('colima', { env: {}, home })).resolves.toMatchObject({
      address: { host, tlsVerify: true, certPath: folder },
    });
    await writeContext('colima', { Host: host, SkipTLSVerify: true }, { 'ca.pem': 'ca' });
    await expect(findHostDocker('colima', { env: {}, home })).resolves.toMatchObject({
      address: { host, tlsVerify: false },
    });
  });

  it('says what to start when the socket that a docker context names is gone', async () => {
    await writeContext('desktop-linux', { Host: 'unix:///nowhere/docker.sock' });
    await expect(findHostDocker('docker-desktop', { env: {}, home })).rejects.toMatchObject({
      failures: [{ code: 'DOCKER_MISSING', hint: 'Start Docker Desktop.' }],
    });
  });

  it('reads docker contexts below DOCKER_CONFIG', async () => {
    const host = `unix://${await listen('own.sock')}`;
    await writeContext('orbstack', { Host: host }, {}, 'config');
    const { address } = await findHostDocker('orbstack', {
      env: { DOCKER_CONFIG: join(home, 'config') },
      home,
    });
    expect(address.host).toBe(host);
  });
});

describe('usesHostDocker', () => {
  it.each(['docker-desktop', 'docker-for-desktop', 'orbstack', 'rancher-desktop', 'colima', 'colima-x'])(
    '%s does',
    (name) => {
      expect(usesHostDocker(name)).toBe(true);
    },
  );
  it.each(['minikube', 'kind-kind', 'k3d-x', 'microk8s', 'prod', 'docker-desktop-2'])(
    '%s does not',
    (name) => {
      expect(usesHostDocker(name)).toBe(false);
    },
  );
});

async function listen(path: string): Promise<string> {
  const socket = join(home, path);
  await mkdir(dirname(socket), { recursive: true });
  const server = createServer();
  servers.push(server);
  await new Promise<void>((done, failed) => server.once('error', failed).listen(socket, done));
  return socket;
}

/** Writes a docker context as `docker context create` does, and returns the folder of its certificates. */
async function writeContext(
  name: string,
  docker: object,
  certificates: Record<string, string> = {},
  folder = '.docker',
) {
  const id = createHash('sha256').update(name).digest('hex');
  const meta = join(home, folder, 'contexts/meta', id);
  const tls = join(home, folder, 'contexts/tls', id, 'docker');
  await mkdir(meta, { recursive: true });
  await mkdir(tls, { recursive: true });
  await writeFile(
    join(meta, 'meta.json'),
    JSON.stringify({ Name: name, Metadata: {}, Endpoints: { docker } }),
  );
  await Promise.all(Object.entries(certificates).map(([file, text]) => writeFile(join(tls, file), text)));
  return tls;
}
