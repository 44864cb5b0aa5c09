import type { Dispatcher } from 'undici';
import type { WebSocket } from 'ws';
import manifest from '../../package.json' with { type: 'json' };
import { abortable } from './abortable.ts';
import { checkServer } from './check-server.ts';
import { freezeContext } from './freeze-context.ts';
import { type KubeClient, KubeError, type KubeRequest, type KubeResponse } from './kube-client.ts';
import { type ConnectionOptions, createKubeCredentials, type KubeCredentials } from './kube-credentials.ts';
import { createKubePools, type KubePoolKind } from './kube-pools.ts';
import { parseStatus } from './kube-status.ts';
import type { LoadedKubeConfig } from './kubeconfig.ts';
import { undiciRequest } from './undici-request.ts';
import { reaching, reachingEach } from './unreachable.ts';
import { parseWarnings } from './warning-header.ts';
import { openWebsocket } from './ws-kube-socket.ts';

const userAgent = `rockpool/${manifest.version}`;

/**
 * A client for one context of the kubeconfig, frozen: certificates are read now, later only tokens are fetched anew
 * (after their expiry, and once after a 401). Makes no request yet, but runs the context's exec plugin.
 * Rejects with a RockpoolError: those of freezeContext and checkServer, CREDENTIALS_FAILED.
 */
export async function createUndiciKubeClient(
  loaded: LoadedKubeConfig,
  contextName: string,
): Promise<KubeClient & { readonly server: string }> {
  const frozen = checkServer(await freezeContext(loaded, contextName));
  const { server } = frozen;
  const credentials = await createKubeCredentials(frozen);
  const pools = createKubePools(frozen.proxyUrl);
  const sockets = new Set<WebSocket>();

  function send(request: KubeRequest, kind: KubePoolKind): Promise<Dispatcher.ResponseData> {
    return authorized(credentials, request.signal, (connection) =>
      reaching(server, request.signal, async () => {
        const dispatcher = pools.of(connection, kind);
        const sending = { dispatcher, server, connection, userAgent, isStream: kind === 'streams' };
        return await accepted(await undiciRequest(sending, request), request);
      }),
    );
  }

  return {
    server,
    request: async <T>(request: KubeRequest) => {
      const response = await send(request, 'unary');
      return await reaching(server, request.signal, () => parsed<T>(response));
    },
    async stream(request) {
      const { body } = await send(request, 'streams');
      return reachingEach(server, request.signal, body);
    },
    async websocket(path, protocols, signal) {
      const url = `${server}${path}`;
      const socket = await authorized(credentials, signal, (connection) =>
        reaching(server, signal, () => openWebsocket({ url, protocols, connection, userAgent, signal })),
      );
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      return socket;
    },
    async close() {
      for (const socket of sockets) socket.terminate();
      await pools.close();
    },
  };
}

/** Tries once more with newly fetched credentials after a 401. */
async function authorized<T>(
  credentials: KubeCredentials,
  signal: AbortSignal | undefined,
  attempt: (connection: ConnectionOptions) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  const connection = await abortable(credentials.current(), signal);
  try {
    return await attempt(connection);
  } catch (error) {
    if (!(error instanceof KubeError && error.status.code === 401)) throw error;
    const renewed = await abortable(credentials.renewed(connection), signal);
    if (renewed === undefined) throw error;
    return await attempt(renewed);
  }
}

async function accepted(
  response: Dispatcher.ResponseData,
  { method, path }: KubeRequest,
): Promise<Dispatcher.ResponseData> {
  if (response.statusCode < 300) return response;
  throw new KubeError(parseStatus(response.statusCode, await response.body.text()), { method, path });
}

async function parsed<T>({ statusCode, headers, body }: Dispatcher.ResponseData): Promise<KubeResponse<T>> {
  const text = await body.text();
  try {
    return { status: statusCode, body: JSON.parse(text), warnings: parseWarnings(headers['warning']) };
  } catch {
    throw new Error(`it answered with something that is no JSON: ${text.slice(0, 80)}`);
  }
}
