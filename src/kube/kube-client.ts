import type { WebSocket } from 'ws';

/** A request to the apiserver. `path` begins with `/api` or `/apis` and is already encoded; see kube-path.ts. */
export interface KubeRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  /** sent as JSON */
  readonly body?: unknown;
  /** default application/json */
  readonly contentType?: string;
  readonly signal?: AbortSignal;
  /** ms until the answer's headers, 0 for no limit; default 30 s, after a shorter attempt where it may be repeated */
  readonly timeout?: number;
}

export interface KubeResponse<T> {
  readonly status: number;
  readonly body: T;
  /** texts of the Warning headers */
  readonly warnings: readonly string[];
}

/** The wire to one apiserver, over kept-alive connections, with the credentials of the frozen context. */
export interface KubeClient {
  /** The parsed JSON answer. Rejects with KubeError for an answer of 400 and above, KubeUnreachable when none came. */
  request<T>(request: KubeRequest): Promise<KubeResponse<T>>;
  /** The bytes of an answer, for watches and logs: no limit on silence between them. Rejects as `request` does. */
  stream(request: KubeRequest): Promise<AsyncIterable<Uint8Array>>;
  /**
   * An open WebSocket with one of the subprotocols, paused, since a message may have come with the upgrade: add
   * listeners, then `resume()`. The signal ends it. Rejects with KubeError when the upgrade is refused.
   */
  websocket(path: string, protocols: readonly string[], signal: AbortSignal): Promise<WebSocket>;
  /** Closes every connection. */
  close(): Promise<void>;
}

/** The connections below a client, for whoever looks after them. */
export interface KubeConnections {
  readonly server: string;
  /** when the apiserver last sent anything but an error of its own, in ms of performance.now() */
  lastHeard(): number;
  /** Calls back whenever no answer came or a stream broke. Returns how to stop that. */
  onTrouble(listener: () => void): () => void;
  /**
   * Asks for a path, over the connection that earlier probes used or over a new one. Resolves with any answer that shows
   * an apiserver at work, a refusal too; rejects with KubeError (429, 500 and above) or KubeUnreachable.
   */
  probe(path: string, how: KubeProbe): Promise<void>;
  /**
   * Has everything go over new connections: streams break off, requests under way that may be repeated are, others fail
   * with KubeUnreachable. A WebSocket stays if its other end answers a ping within 5 s.
   */
  reconnect(): void;
}

interface KubeProbe {
  readonly fresh: boolean;
  /** ms */
  readonly timeout: number;
  readonly signal: AbortSignal;
}

/** What the apiserver says of a refused request (kind Status). */
export interface KubeStatus {
  readonly code: number;
  readonly reason?: string;
  readonly message: string;
  readonly causes: readonly {
    readonly reason?: string;
    readonly message?: string;
    readonly field?: string;
  }[];
}

/** The apiserver refused. */
export class KubeError extends Error {
  readonly status: KubeStatus;
  readonly request: Pick<KubeRequest, 'method' | 'path'>;

  constructor(status: KubeStatus, request: Pick<KubeRequest, 'method' | 'path'>) {
    super(status.message);
    this.name = 'KubeError';
    this.status = status;
    this.request = request;
  }
}

/** 429 and what is above 500 come from an apiserver that is starting, stopping or drowning. */
export function isRefusal(error: unknown): error is KubeError {
  return error instanceof KubeError && error.status.code < 500 && error.status.code !== 429;
}

/** No answer came: connection refused, reset, timed out. */
export class KubeUnreachable extends Error {
  readonly server: string;

  constructor(server: string, cause: unknown) {
    const message = cause instanceof Error ? cause.message : String(cause);
    const why = /^(?:Headers|Body) Timeout Error/.test(message)
      ? 'it takes connections but says nothing'
      : message;
    super(`the apiserver at ${server} does not answer: ${why}`, { cause });
    this.name = 'KubeUnreachable';
    this.server = server;
  }
}
