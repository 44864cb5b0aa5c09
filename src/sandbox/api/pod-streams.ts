import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { StoredObject } from './objects/stored-object.ts';

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
