import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DockerAddress } from '../build/docker-daemon.ts';
import { type Failure, RockpoolError } from '../session/failure.ts';
import type { DockerEnv } from './parse-docker-env.ts';

/**
 * Turns Docker's environment variables into an endpoint and reads its certificates.
 * Rejects with a RockpoolError: DOCKER_ADDRESS (not understood, or ssh), DOCKER_UNVERIFIED (a daemon on another
 * machine without verified TLS: whoever answers there would get the sources), DOCKER_CERTIFICATES (unreadable).
 */
export async function readDockerEndpoint(env: DockerEnv): Promise<DockerAddress> {
  if (env.host.startsWith('unix://')) return { socketPath: env.host.slice('unix://'.length) };
  const { host, port } = parseTcp(env.host);
  if (env.tlsVerify) return { protocol: 'https', host, port, ...(await readCertificates(env)) };
  if (isLoopback(host)) return { protocol: 'http', host, port };
  throw new RockpoolError(unverified(env.host));
}

function parseTcp(address: string): { host: string; port: number } {
  const [, bracketed, plain, port] =
    /^tcp:\/\/(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+)):(\d{1,5})\/?$/i.exec(address) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined || Number(port) > 65_535) throw new RockpoolError(notUnderstood(address));
  return { host, port: Number(port) };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}

async function readCertificates({
  host,
  certPath,
}: DockerEnv): Promise<{ ca: string; cert: string; key: string }> {
  if (certPath === undefined) throw new RockpoolError(noCertificates(host, 'DOCKER_CERT_PATH is not set'));
  const read = (name: string) =>
    readFile(join(certPath, name), 'utf8').catch((error: Error) => {
      throw new RockpoolError(noCertificates(host, error.message), { cause: error });
    });
  const [ca, cert, key] = await Promise.all([read('ca.pem'), read('cert.pem'), read('key.pem')]);
  return { ca, cert, key };
}

function notUnderstood(address: string): Failure {
  const ssh = address.startsWith('ssh://');
  return {
    code: 'DOCKER_ADDRESS',
    subject: 'docker',
    message: `The Docker address ${address} ${ssh ? 'goes through ssh, which is not in this version of rockpool' : 'is not understood'}.`,
    hint: 'rockpool reaches Docker through unix:///path/docker.sock or tcp://host:port with TLS.',
  };
}

function unverified(address: string): Failure {
  return {
    code: 'DOCKER_UNVERIFIED',
    subject: 'docker',
    message: `The Docker daemon at ${address} is on another machine and its certificate would not be verified.`,
    hint: 'Set DOCKER_TLS_VERIFY=1 and DOCKER_CERT_PATH to the folder with ca.pem, cert.pem and key.pem.',
  };
}

function noCertificates(address: string, reason: string): Failure {
  return {
    code: 'DOCKER_CERTIFICATES',
    subject: 'docker',
    message: `The certificates for the Docker daemon at ${address} cannot be read: ${reason}.`,
    hint: 'The folder must hold ca.pem, cert.pem and key.pem; minikube writes them anew with minikube start.',
  };
}
