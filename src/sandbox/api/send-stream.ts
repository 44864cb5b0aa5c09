import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ApiRequest } from './api-request.ts';
import type { Store } from './objects/store.ts';
import type { StoredObject } from './objects/stored-object.ts';
import type { PodStreams } from './pod-streams.ts';
import { getObject } from './read.ts';
import { shaped } from './shaped.ts';
import { type WatchLine, watchObjects } from './watch.ts';

/** Answers a watch, until the client goes or its time is up. Throws an ApiError before the first byte. */
export async function sendWatch(
  store: Store,
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
  await watchObjects(store, call, line, controller.signal);
  response.end();
}

/** Answers with the log of a container. Throws an ApiError before the first byte. */
export async function sendLog(
  { store, pods }: { readonly store: Store; readonly pods: PodStreams },
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
