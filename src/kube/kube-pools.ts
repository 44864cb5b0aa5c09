import { isDeepStrictEqual } from 'node:util';
import { Agent, type Dispatcher, ProxyAgent } from 'undici';
import type { ConnectionOptions } from './kube-credentials.ts';

/**
 * `unary`: requests with an end, 64 connections at most, so that a burst of applies does not flood the apiserver.
 * `streams`: watches and logs, which hold a connection each: without a limit, since a wait would be one for ever.
 * `probe`: one connection, by which it is found out whether the apiserver answers.
 */
export type KubePoolKind = 'unary' | 'streams' | 'probe';

/** Kept-alive connections to one apiserver. */
export interface KubePools {
  /** The connections for these credentials; opens none yet. */
  of(connection: ConnectionOptions, kind: KubePoolKind): Dispatcher;
  /** Later requests of that kind get new connections; what is under way on these ends by itself. */
  leave(dispatcher: Dispatcher): void;
  /** Ends every connection at once and fails what is under way with the error; later requests get new ones. */
  reset(error: Error): void;
  /** Ends every connection and fails what is under way. */
  close(): Promise<void>;
}

/**
 * The apiserver closes what is idle for 90 s (IdleTimeout in k8s.io/apiserver pkg/server/secure_serving.go):
 * we close first, so that no request is sent on a connection that is being closed.
 */
const IDLE = 60_000;

const kinds: readonly KubePoolKind[] = ['unary', 'streams', 'probe'];
const LIMIT: Readonly<Record<KubePoolKind, number | null>> = { unary: 64, streams: null, probe: 1 };

/** Client certificates may be renewed: connections with superseded ones end with their last request. */
export function createKubePools(proxyUrl: string | undefined): KubePools {
  let tls: ConnectionOptions['tls'] | undefined;
  const used = new Map<KubePoolKind, Dispatcher>();
  const open = new Set<Dispatcher>();

  function leave(dispatcher: Dispatcher): void {
    const forget = () => open.delete(dispatcher);
    for (const kind of kinds) if (used.get(kind) === dispatcher) used.delete(kind);
    dispatcher.close().then(forget, forget);
  }

  return {
    of(connection, kind) {
      if (!isDeepStrictEqual(tls, connection.tls)) {
        for (const dispatcher of used.values()) leave(dispatcher);
        tls = connection.tls;
      }
      const pool = used.get(kind) ?? createPool(connection, proxyUrl, LIMIT[kind]);
      used.set(kind, pool);
      open.add(pool);
      return pool;
    },
    leave,
    reset(error) {
      used.clear();
      for (const dispatcher of open) {
        const forget = () => open.delete(dispatcher);
        dispatcher.destroy(error).then(forget, forget);
      }
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
  // Noticed 20 s after a connection died without a word: libuv asks ten times, a second apart (uv__tcp_keepalive).
  const socket = { keepAlive: true, keepAliveInitialDelay: 10_000 };
  if (proxyUrl !== undefined) {
    return new ProxyAgent({ ...options, uri: proxyUrl, requestTls: { ...connection.tls }, connect: socket });
  }
  return new Agent({ ...options, connect: { ...connection.tls, ...socket } });
}
