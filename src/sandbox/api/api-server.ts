import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { parse } from 'yaml';
import { ApiError, refuse, statusOf } from './api-error.ts';
import type { ApiAnswer, ApiRequest } from './api-request.ts';
import { deleteMany, deleteObject } from './delete.ts';
import { answerDiscovery } from './discovery.ts';
import type { Kind } from './kinds.ts';
import type { Store } from './objects/store.ts';
import type { StoredObject } from './objects/stored-object.ts';
import { answerOpenApi } from './openapi.ts';
import { type ApiPath, parsePath } from './parse-path.ts';
import type { WriteContext } from './put-object.ts';
import { getObject, listObjects } from './read.ts';
import type { Registry } from './registry.ts';
import { answerScale } from './scale.ts';
import { type Included, toTable } from './table/to-table.ts';
import { type WatchLine, watchObjects } from './watch.ts';
import { createObject, patchObject, replaceObject } from './write.ts';

/** What the parts of a pod that run answer: its log, a command in it, its ports. */
export interface PodStreams {
  /** Sends the log of a container until it ends or the signal fires. Throws an ApiError before the first byte. */
  log(
    pod: StoredObject,
    query: URLSearchParams,
    send: (bytes: Buffer) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void>;
  /** Takes over the connection of an `exec`, `attach` or `portforward`. Throws an ApiError before that. */
  upgrade(pod: StoredObject, what: string, request: UpgradeRequest): Promise<void>;
}

export interface UpgradeRequest {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
  readonly query: URLSearchParams;
}

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

/** Bytes of a body; etcd takes 1.5 MiB, a request 3 MiB. */
const MOST = 3 * 1024 * 1024;

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
  if (isWatch && method === 'GET') return sendWatch(options, call, request, response);
  const { code, body, warnings = [] } = dispatch(options, call);
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

async function readBody(request: IncomingMessage, contentType: string): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MOST) throw new ApiError(413, 'RequestEntityTooLarge', `limit is ${MOST}`);
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString();
  if (text === '') return undefined;
  if (contentType.includes('protobuf')) throw refuse.unsupportedType(contentType);
  try {
    return contentType.includes('yaml') ? parse(text) : JSON.parse(text);
  } catch (error) {
    throw refuse.badRequest(
      `the object provided is unrecognized: ${error instanceof Error ? error.message : error}`,
    );
  }
}

function dispatch(options: ApiServerOptions, call: ApiRequest): ApiAnswer {
  const { path, method, kind } = call;
  const { store, write } = options;
  const isPart = path.subresource === 'status' && kind.subresources.includes('status');
  if (path.subresource === 'scale' && kind.subresources.includes('scale')) return answerScale(write, call);
  if (path.subresource !== undefined && !isPart)
    throw refuse.notInSandbox(`${kind.plural}/${path.subresource}`);
  if (path.name === undefined) {
    if (method === 'GET') return listObjects(store, call);
    if (method === 'POST') return createObject(write, call);
    if (method === 'DELETE') return deleteMany(write, call);
    throw refuse.notAllowed(method);
  }
  switch (method) {
    case 'GET':
      return getObject(store, call);
    case 'PUT':
      return replaceObject(write, call);
    case 'PATCH':
      return patchObject(write, call);
    case 'DELETE':
      return deleteObject(write, call);
    default:
      throw refuse.notAllowed(method);
  }
}

/** As a table where the client asks for one, as `kubectl get` does. */
function shaped(body: unknown, kind: Kind, { headers }: IncomingMessage, query: URLSearchParams): unknown {
  if (!headers.accept?.includes('as=Table')) return body;
  const {
    kind: name = '',
    items,
    metadata,
  } = body as { kind?: string; items?: StoredObject[]; metadata?: StoredObject['metadata'] };
  if (name === 'Status') return body;
  const included = (query.get('includeObject') as Included | null) ?? 'Metadata';
  const objects = items ?? [body as StoredObject];
  const listed = items ? metadata : { resourceVersion: metadata?.resourceVersion };
  return toTable(kind, objects, { metadata: listed, included, now: Date.now() });
}

async function sendWatch(
  options: ApiServerOptions,
  call: ApiRequest,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const controller = new AbortController();
  response.once('close', () => controller.abort());
  response
    .writeHead(200, { 'content-type': 'application/json', 'transfer-encoding': 'chunked' })
    .flushHeaders();
  const line = ({ type, object }: WatchLine) => {
    const isPlain = type === 'BOOKMARK' || type === 'ERROR';
    const shown = isPlain ? object : shaped(object, call.kind, request, call.query);
    response.write(`${JSON.stringify({ type, object: shown })}\n`);
  };
  await watchObjects(options.store, call, line, controller.signal);
  response.end();
}

async function sendLog(
  { store, pods }: ApiServerOptions,
  call: ApiRequest,
  response: ServerResponse,
): Promise<void> {
  const pod = getObject(store, call).body as StoredObject;
  const controller = new AbortController();
  response.once('close', () => controller.abort());
  const write = async (bytes: Buffer): Promise<void> => {
    if (!response.headersSent) response.writeHead(200, { 'content-type': 'text/plain' });
    if (response.write(bytes) || response.destroyed) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    response.once('drain', resolve).once('close', resolve);
    await promise;
  };
  await pods.log(pod, call.query, write, controller.signal);
  if (!response.headersSent) response.writeHead(200, { 'content-type': 'text/plain' });
  response.end();
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
