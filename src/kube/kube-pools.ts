import { isDeepStrictEqual } from 'node:util';
import { Agent, type Dispatcher, ProxyAgent } from 'undici';
import type { ConnectionOptions } from './kube-credentials.ts';

/**
 * `unary`: requests with an end, 64 connections at most, so that a burst of applies does not flood the apiserver.
 * `streams`: watches and logs, which hold a connection each: without a limit, since a wait would be one for ever.
 */
export type KubePoolKind = 'unary' | 'streams';

/** Kept-alive connections to one apiserver. */
export interface KubePools {
  /** The connections for these credentials; opens none yet. */
  of(connection: ConnectionOptions, kind: KubePoolKind): Dispatcher;
  /** Ends every connection and fails what is under way. */
  close(): Promise<void>;
}

/**
 * The apiserver closes what is idle for 90 s (IdleTimeout in k8s.io/apiserver pkg/server/secure_serving.go):
 * we close first, so that no request is sent on a connection that is being closed.
 */
const IDLE = 60_000;

/** Client certificates may be renewed: connections with superseded ones end with their last request. */
export function createKubePools(proxyUrl: string | undefined): KubePools {
  let used: { tls: ConnectionOptions['tls']; pools: Record<KubePoolKind, Dispatcher> } | undefined;
  const open = new Set<Dispatcher>();

  function retire(dispatcher: Dispatcher): void {
    const forget = () => open.delete(dispatcher);
    dispatcher.close().then(forget, forget);
  }

  return {
    of(connection, kind) {
      if (used === undefined || !isDeepStrictEqual(used.tls, connection.tls)) {
        for (const dispatcher of open) retire(dispatcher);
        const pools = {
          unary: createPool(connection, proxyUrl, 64),
          streams: createPool(connection, proxyUrl, null),
        };
        open.add(pools.unary).add(pools.streams);
        used = { tls: connection.tls, pools };
      }
      return used.pools[kind];
    },
    async close() {
      await Promise.all([...open].map((dispatcher) => dispatcher.destroy()));
    },
  };
}

function createPool(
  connection: ConnectionOptions,
  proxyUrl: string | undefined,
  connections: number | null,
): Dispatcher {
  const options = {
    connections,
    allowH2: false,
    bodyTimeout: 0,
    keepAliveTimeout: IDLE,
    keepAliveMaxTimeout: IDLE,
    connectTimeout: 10_000,
  };
  // 30 s as client-go's dialer: half-open connections are noticed, load balancers see traffic.
  const socket = { keepAlive: true, keepAliveInitialDelay: 30_000 };
  if (proxyUrl !== undefined) {
    return new ProxyAgent({ ...options, uri: proxyUrl, requestTls: { ...connection.tls }, connect: socket });
  }
  return new Agent({ ...options, connect: { ...connection.tls, ...socket } });
}
