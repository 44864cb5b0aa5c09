import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readDockerEndpoint } from '../../../src/cluster/docker-endpoint.ts';

let certPath: string;
beforeAll(async () => {
  certPath = await mkdtemp(join(tmpdir(), 'rockpool-test-'));
  await Promise.all(['ca', 'cert', 'key'].map((name) => writeFile(join(certPath, `${name}.pem`), name)));
});
afterAll(() => rm(certPath, { recursive: true, force: true }));

describe('readDockerEndpoint', () => {
  it('reads the certificates of a daemon behind TLS', async () => {
    await expect(
      readDockerEndpoint({ host: 'tcp://192.168.49.2:2376', certPath, tlsVerify: true }),
    ).resolves.toEqual({
      protocol: 'https',
      host: '192.168.49.2',
      port: 2376,
      ca: 'ca',
      cert: 'cert',
      key: 'key',
    });
  });

  it.each([
    ['unix:///run/user/1000/docker.sock', { socketPath: '/run/user/1000/docker.sock' }],
    ['tcp://127.0.0.1:2375', { protocol: 'http', host: '127.0.0.1', port: 2375 }],
    ['tcp://localhost:2375', { protocol: 'http', host: 'localhost', port: 2375 }],
    ['tcp://[::1]:2375', { protocol: 'http', host: '::1', port: 2375 }],
  ])('takes %s without certificates', async (host, endpoint) => {
    await expect(readDockerEndpoint({ host, tlsVerify: false })).resolves.toEqual(endpoint);
  });

  it.each([
    [
      'another machine without verified TLS',
      { host: 'tcp://192.168.49.2:2376', tlsVerify: false },
      'DOCKER_UNVERIFIED',
    ],
    [
      'certificates that are there but not to be verified against',
      { host: 'tcp://10.0.0.1:2376', certPath: '/certs', tlsVerify: false },
      'DOCKER_UNVERIFIED',
    ],
    [
      'a name that begins like loopback',
      { host: 'tcp://127.0.0.1.nip.io:2375', tlsVerify: false },
      'DOCKER_UNVERIFIED',
    ],
    [
      'no folder for certificates',
      { host: 'tcp://192.168.49.2:2376', tlsVerify: true },
      'DOCKER_CERTIFICATES',
    ],
    [
      'a folder that is not there',
      { host: 'tcp://192.168.49.2:2376', certPath: '/nowhere', tlsVerify: true },
      'DOCKER_CERTIFICATES',
    ],
    ['ssh', { host: 'ssh://docker@127.0.0.1:32772', tlsVerify: false }, 'DOCKER_ADDRESS'],
    ['user info', { host: 'tcp://127.0.0.1:1@evil.example:2375', tlsVerify: false }, 'DOCKER_ADDRESS'],
    ['no port', { host: 'tcp://127.0.0.1', tlsVerify: false }, 'DOCKER_ADDRESS'],
    ['a port out of range', { host: 'tcp://127.0.0.1:70000', tlsVerify: false }, 'DOCKER_ADDRESS'],
    ['nonsense', { host: 'minikube', tlsVerify: true }, 'DOCKER_ADDRESS'],
  ])('refuses %s', async (_, env, code) => {
    await expect(readDockerEndpoint(env)).rejects.toMatchObject({ failures: [{ code }] });
  });
});
