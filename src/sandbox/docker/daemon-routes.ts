import type { ServerResponse } from 'node:http';
import { arch } from 'node:process';
import type { ImageStore } from '../runtime/runtime.ts';
import { type DockerRequest, refuse, sendJson } from './docker-request.ts';

/** Of the Docker Engine whose answers these are, and the oldest that is understood. */
const API = { ApiVersion: '1.50', MinAPIVersion: '1.24' };
const HEADERS = {
  'api-version': API.ApiVersion,
  'builder-version': '2',
  'docker-experimental': 'false',
  ostype: 'linux',
};

/** Which daemon it is. @returns false: it was asked something else */
export function answerDaemon(
  { method, path }: DockerRequest,
  response: ServerResponse,
  images: ImageStore,
): boolean {
  if (path === '/_ping' && (method === 'GET' || method === 'HEAD')) {
    response.writeHead(200, { ...HEADERS, 'content-type': 'text/plain' }).end(method === 'GET' ? 'OK' : '');
    return true;
  }
  if (method !== 'GET') return false;
  if (path === '/version') return sendJson(response, version());
  if (path === '/info') return sendJson(response, info(images));
  // Containers are the kubelet's: this endpoint has none.
  if (path === '/containers/json') return sendJson(response, []);
  const [, container] = /^\/containers\/([^/]+)\/json$/.exec(path) ?? [];
  if (container !== undefined) return refuse(response, 404, `No such container: ${container}`);
  return false;
}

/** As Go names it. */
export function goArchitecture(): string {
  return ({ x64: 'amd64', ia32: '386' } as Readonly<Record<string, string>>)[arch] ?? arch;
}

function version() {
  const Version = 'rockpool sandbox';
  const Components = [{ Name: 'rockpool sandbox', Version, Details: API }];
  return { Platform: { Name: Version }, Components, Version, ...API, Os: 'linux', Arch: goArchitecture() };
}

function info(images: ImageStore) {
  const none = { Containers: 0, ContainersRunning: 0, ContainersPaused: 0, ContainersStopped: 0 };
  const OperatingSystem =
    'rockpool sandbox: images are folders and containers plain processes of this machine';
  const Warnings = ['No isolation: what is built runs as you, on this machine.'];
  const own = {
    ID: 'rockpool-sandbox',
    Name: 'sandbox',
    Driver: 'folders',
    ServerVersion: 'rockpool sandbox',
  };
  const system = { OSType: 'linux', Architecture: goArchitecture(), OperatingSystem };
  return { ...own, ...none, ...system, Images: images.list().length, Warnings };
}
