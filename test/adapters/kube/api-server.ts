import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { KubeClient, KubeConnections } from '../../../src/kube/kube-client.ts';
import { type LoadedKubeConfig, loadKubeConfig } from '../../../src/kube/kubeconfig.ts';
import { createUndiciKubeClient } from '../../../src/kube/undici-kube-client.ts';

/** A server on loopback that speaks HTTP as an apiserver does, with what a test makes it answer. */
export interface ApiServer {
  readonly url: string;
  readonly server: Server;
  /** connections that were opened, those that ended included */
  readonly connections: Socket[];
  stop(): Promise<void>;
}

export interface Certificates {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** Starts the server and stops it with the test, whatever its outcome. */
export async function startApiServer(
  handler: RequestListener,
  options: { tls?: Certificates & { requestCert?: boolean }; port?: number } = {},
): Promise<ApiServer> {
  const { tls } = options;
  const server: Server = tls ? createTlsServer({ ...tls, ca: tls.ca }, handler) : createServer(handler);
  const connections: Socket[] = [];
  server.on('connection', (socket) => connections.push(socket));
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const stop = async () => {
    for (const socket of connections) socket.destroy();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  onTestFinished(stop);
  return { url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`, server, connections, stop };
}

/** A client for a server, closed with the test. */
export async function clientOf(
  server: string,
  entries: { cluster?: object; user?: object } = {},
): Promise<KubeClient & KubeConnections> {
  const client = await createUndiciKubeClient(await kubeconfigFor(server, entries), 'test');
  onTestFinished(() => client.close());
  return client;
}

/** A kubeconfig of one context, `test`, as it is after loading. */
async function kubeconfigFor(
  server: string,
  { cluster = {}, user = {} }: { cluster?: object; user?: object } = {},
): Promise<LoadedKubeConfig> {
  const file = join(temporaryFolder(), 'config');
  writeFileSync(
    file,
    JSON.stringify({
      'current-context': 'test',
      clusters: [{ name: 'there', cluster: { server, ...cluster } }],
      users: [{ name: 'me', user }],
      contexts: [{ name: 'test', context: { cluster: 'there', user: 'me' } }],
    }),
  );
  return await loadKubeConfig({ path: file, env: {} });
}

/** A folder that goes with the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rockpool-kube-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A certificate authority of its own and a certificate of it, for 127.0.0.1 and as a client. */
export function makeCertificates(): Certificates {
  const folder = temporaryFolder();
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const newKey = ['-newkey', 'rsa:2048', '-nodes'];
  openssl(
    'req',
    '-x509',
    ...newKey,
    '-days',
    '2',
    '-subj',
    '/CN=authority',
    '-keyout',
    'ca.key',
    '-out',
    'ca.crt',
  );
  openssl('req', ...newKey, '-subj', '/CN=tester', '-keyout', 'tls.key', '-out', 'tls.csr');
  writeFileSync(join(folder, 'ext'), 'subjectAltName=IP:127.0.0.1,DNS:localhost\n');
  const authority = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', 'ext'];
  openssl('x509', '-req', '-in', 'tls.csr', ...authority, '-days', '2', '-out', 'tls.crt');
  const read = (name: string) => readFileSync(join(folder, name), 'utf8');
  return { ca: read('ca.crt'), cert: read('tls.crt'), key: read('tls.key') };
}

export const base64 = (text: string) => Buffer.from(text).toString('base64');

/** Answers with JSON. */
export function json(
  response: ServerResponse,
  body: unknown,
  status = 200,
  headers: Record<string, string | string[]> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

/** The body of a request. */
export async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) body += chunk;
  return body;
}

/** What an apiserver says when it refuses. */
export function status(code: number, reason: string, message: string, causes: object[] = []): object {
  return { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message, details: { causes } };
}
