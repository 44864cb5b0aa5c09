import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { ApiError, refuse, statusOf } from './api-error.ts';
import type { ApiRequest } from './api-request.ts';
import { answerDiscovery } from './discovery.ts';
import { dispatch } from './dispatch.ts';
import type { Kind } from './kinds.ts';
import type { Store } from './objects/store.ts';
import { answerOpenApi } from './openapi.ts';
import { type ApiPath, parsePath } from './parse-path.ts';
import type { PodStreams, UpgradeRequest } from './pod-streams.ts';
import type { WriteContext } from './put-object.ts';
import { readBody } from './read-body.ts';
import type { Registry } from './registry.ts';
import { sendLog, sendWatch } from './send-stream.ts';
import { shaped } from './shaped.ts';

export interface ApiServerOptions {
  readonly store: Store;
  readonly registry: Registry;
  readonly write: WriteContext;
  readonly certificate: { readonly cert: string; readonly key: string };
  /** who has it may do everything; nobody else gets an answer */
  readonly token: string;
  readonly pods: PodStreams;
  /** Called before each request, for tests that make it fail: throws an ApiError, or takes its time. */
  fault?(request: {
    readonly method: string;
    readonly path: string;
    readonly isWatch: boolean;
  }): Promise<void>;
}

export interface ApiServer {
  readonly port: number;
  /** Ends every connection. */
  close(): Promise<void>;
}

/** Serves the Kubernetes API over TLS on 127.0.0.1. */
export async function startApiServer(options: ApiServerOptions, port = 0): Promise<ApiServer> {
  const { cert, key } = options.certificate;
  const server = createServer({ cert, key }, (request, response) => {
    answer(options, request, response).catch((error: unknown) => fail(response, error));
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    upgrade(options, { request, socket, head }).catch((error: unknown) => refuseUpgrade(socket, error));
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject).listen(port, '127.0.0.1', resolve);
  await promise;
  return { port: (server.address() as AddressInfo).port, close: () => close(server) };
}

async function close(server: Pick<Server, 'close' | 'closeAllConnections'>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  server.closeAllConnections();
  await promise;
}

async function answer(
  options: ApiServerOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'https://sandbox');
  authorise(options, request);
  const method = request.method ?? 'GET';
  const isWatch = url.searchParams.get('watch') === 'true' || url.searchParams.get('watch') === '1';
  await options.fault?.({ method, path: url.pathname, isWatch });
  const plain = plainAnswer(options, url.pathname, request.headers.accept ?? '');
  if (plain !== undefined) return send(response, 200, plain.body, plain.type);
  const call = await readCall(options, request, url, method);
  if (call.path.subresource === 'log' && method === 'GET') return sendLog(options, call, response);
  if (isWatch && method === 'GET') return sendWatch(options.store, call, request, response);
  const { code, body, warnings = [] } = dispatch(options.write, call);
  if (warnings.length > 0) {
    const texts = warnings.map((text) => `299 - ${JSON.stringify(text)}`);
    response.setHeader('Warning', texts);
  }
  send(response, code, shaped(body, call.kind, request, url.searchParams));
}

function authorise({ token }: ApiServerOptions, { headers }: IncomingMessage): void {
  if (headers.authorization === `Bearer ${token}`) return;
  throw new ApiError(401, 'Unauthorized', 'Unauthorized');
}

/** Discovery, health, and what describes the API. */
function plainAnswer(
  { registry }: ApiServerOptions,
  path: string,
  accept: string,
): { body: unknown; type?: string } | undefined {
  if (['/healthz', '/readyz', '/livez'].includes(path)) return { body: 'ok', type: 'text/plain' };
  const kinds = registry.all();
  const aggregated = accept.includes('as=APIGroupDiscoveryList') && accept.includes('v=v2;');
  const type = aggregated && (path === '/api' || path === '/apis') ? AGGREGATED : undefined;
  const body = answerDiscovery(path, kinds, type !== undefined) ?? answerOpenApi(path, kinds);
  return body === undefined ? undefined : { body, ...(type === undefined ? {} : { type }) };
}

const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

async function readCall(
  options: ApiServerOptions,
  request: IncomingMessage,
  url: URL,
  method: string,
): Promise<ApiRequest> {
  const { path, kind } = pathAndKind(options, url.pathname);
  const contentType = (request.headers['content-type'] ?? 'application/json').split(';')[0]?.trim() ?? '';
  const body = method === 'GET' ? undefined : await readBody(request, contentType);
  const userAgent = request.headers['user-agent'] ?? '';
  return { method, path, kind, query: url.searchParams, contentType, body, userAgent };
}

function pathAndKind({ registry }: ApiServerOptions, pathname: string): { path: ApiPath; kind: Kind } {
  const path = parsePath(pathname);
  const kind = path && registry.find(path.group, path.version, path.plural);
  if (!path || !kind) throw refuse.unknownPath();
  return { path, kind };
}

async function upgrade(
  options: ApiServerOptions,
  { request, socket, head }: Omit<UpgradeRequest, 'query'>,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'https://sandbox');
  authorise(options, request);
  await options.fault?.({ method: 'UPGRADE', path: url.pathname, isWatch: false });
  const { path, kind } = pathAndKind(options, url.pathname);
  const pod = options.store.get(kind, path.namespace ?? '', path.name ?? '');
  if (!pod) throw refuse.notFound(kind, path.name ?? '');
  if (kind.kind !== 'Pod' || path.subresource === undefined) throw refuse.notAllowed('UPGRADE');
  await options.pods.upgrade(pod, path.subresource, { request, socket, head, query: url.searchParams });
}

function send(response: ServerResponse, code: number, body: unknown, type = 'application/json'): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  response.writeHead(code, { 'content-type': type }).end(text);
}

function fail(response: ServerResponse, error: unknown): void {
  const known =
    error instanceof ApiError
      ? error
      : new ApiError(500, 'InternalError', `Internal error occurred: ${error}`);
  if (response.headersSent) response.destroy();
  else send(response, known.code, statusOf(known));
}

function refuseUpgrade(socket: Duplex, error: unknown): void {
  const known =
    error instanceof ApiError
      ? error
      : new ApiError(500, 'InternalError', `Internal error occurred: ${error}`);
  const body = JSON.stringify(statusOf(known));
  const lines = [
    `HTTP/1.1 ${known.code} ${known.reason}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`);
}
