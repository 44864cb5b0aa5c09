import type { IncomingMessage } from 'node:http';
import { type ClientOptions, WebSocket } from 'ws';
import { KubeError } from './kube-client.ts';
import type { ConnectionOptions } from './kube-credentials.ts';
import { parseStatus } from './kube-status.ts';

/** ms until the upgrade is answered */
const HANDSHAKE_TIMEOUT = 10_000;
/** bytes of a refusal that are read */
const REFUSAL = 65_536;

export interface WebsocketRequest {
  /** http or https */
  readonly url: string;
  readonly protocols: readonly string[];
  readonly connection: ConnectionOptions;
  readonly userAgent: string;
  readonly signal: AbortSignal;
}

/**
 * An open WebSocket, paused, since a frame may have come with the upgrade: add listeners, then `resume()`. The signal
 * ends it at any time. Never emits an error that nobody listens to. Rejects with KubeError when the upgrade is refused.
 */
export function openWebsocket(request: WebsocketRequest): Promise<WebSocket> {
  const { signal } = request;
  signal.throwIfAborted();
  const socket = new WebSocket(
    request.url.replace(/^http/, 'ws'),
    [...request.protocols],
    optionsOf(request),
  );
  const abort = () => socket.terminate();
  signal.addEventListener('abort', abort, { once: true });
  socket.once('close', () => signal.removeEventListener('abort', abort));
  socket.on('error', () => {});
  return new Promise((resolve, reject) => {
    socket.once('open', () => {
      socket.pause();
      resolve(socket);
    });
    socket.once('error', reject);
    socket.once('unexpected-response', (_, response) => {
      refusalOf(response, request)
        .then(reject, reject)
        .finally(() => socket.terminate());
    });
  });
}

function optionsOf({ connection, userAgent }: WebsocketRequest): ClientOptions {
  const { headers, tls, proxyAgent } = connection;
  const keepAlive = { keepAlive: true, keepAliveInitialDelay: 10_000, noDelay: true };
  return {
    ...tls,
    ...keepAlive,
    ...(proxyAgent ? { agent: proxyAgent } : {}),
    headers: { ...headers, 'user-agent': userAgent } as Record<string, string>,
    handshakeTimeout: HANDSHAKE_TIMEOUT,
    perMessageDeflate: false,
  };
}

async function refusalOf(response: IncomingMessage, request: WebsocketRequest): Promise<KubeError> {
  let body = '';
  for await (const chunk of response.setEncoding('utf8')) {
    body += chunk;
    if (body.length > REFUSAL) break;
  }
  const path = request.url.slice(new URL(request.url).origin.length);
  return new KubeError(parseStatus(response.statusCode ?? 0, body), { method: 'GET', path });
}
