import type { Dispatcher } from 'undici';
import manifest from '../../package.json' with { type: 'json' };
import { abortable } from './abortable.ts';
import { checkServer } from './check-server.ts';
import { freezeContext } from './freeze-context.ts';
import {
  isRefusal,
  type KubeClient,
  type KubeConnections,
  KubeError,
  type KubeRequest,
  type KubeResponse,
  KubeUnreachable,
} from './kube-client.ts';
import { type ConnectionOptions, createKubeCredentials, type KubeCredentials } from './kube-credentials.ts';
import { createKubePools, type KubePoolKind } from './kube-pools.ts';
import { parseStatus } from './kube-status.ts';
import type { LoadedKubeConfig } from './kubeconfig.ts';
import { createLiveSockets } from './live-sockets.ts';
import { ConnectionsReset, repeating } from './repeat-request.ts';
import { createSignsOfLife } from './signs-of-life.ts';
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
): Promise<KubeClient & KubeConnections> {
  const frozen = checkServer(await freezeContext(loaded, contextName));
  const { server } = frozen;
  const credentials = await createKubeCredentials(frozen);
  const pools = createKubePools(frozen.proxyUrl);
  const sockets = createLiveSockets();
  const life = createSignsOfLife();

  /** @param take reads of the answer what has to come whole */
  function exchange<T>(request: KubeRequest, kind: KubePoolKind, take: TakeAnswer<T>): Promise<T> {
    const { signal } = request;
    const attempt = (connection: ConnectionOptions) => {
      let dispatcher = pools.of(connection, kind);
      const send = async (timeout: number) => {
        dispatcher = pools.of(connection, kind);
        const sending = { dispatcher, server, connection, userAgent, timeout, isStream: kind === 'streams' };
        return await take(await accepted(await undiciRequest(sending, request), request));
      };
      return reaching(server, signal, () => repeating(request, send, () => pools.leave(dispatcher)));
    };
    return life.ofAnswer(authorized(credentials, signal, attempt), signal);
  }

  return {
    server,
    lastHeard: life.lastHeard,
    onTrouble: life.onTrouble,
    request: <T>(request: KubeRequest) => exchange<KubeResponse<T>>(request, 'unary', parsed),
    async stream(request) {
      const body = await exchange(request, 'streams', async ({ body }) => body);
      return life.ofStream(reachingEach(server, request.signal, body), request.signal);
    },
    async websocket(path, protocols, signal) {
      const url = `${server}${path}`;
      const opened = authorized(credentials, signal, (connection) =>
        reaching(server, signal, () => openWebsocket({ url, protocols, connection, userAgent, signal })),
      );
      const socket = await life.ofAnswer(opened, signal);
      sockets.add(socket);
      return socket;
    },
    async probe(path, { fresh, timeout, signal }) {
      if (fresh) pools.leave(pools.of(await credentials.current(), 'probe'));
      const limit = AbortSignal.timeout(timeout);
      const request = { method: 'GET', path, signal: AbortSignal.any([signal, limit]) } as const;
      await exchange(request, 'probe', ({ body }) => body.dump()).catch((error: unknown) => {
        signal.throwIfAborted();
        if (limit.aborted) throw new KubeUnreachable(server, `no answer within ${timeout / 1000} s`);
        if (!isRefusal(error)) throw error;
      });
    },
    reconnect() {
      pools.reset(new ConnectionsReset());
      sockets.check();
    },
    async close() {
      sockets.terminate();
      await pools.close();
    },
  };
}

type TakeAnswer<T> = (response: Dispatcher.ResponseData) => Promise<T>;

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
