import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import type Dockerode from 'dockerode';
import type { DockerAddress } from './docker-daemon.ts';

/** dockerode on a Docker Engine. */
export interface Connection {
  readonly docker: Dockerode;
  /** Closes every socket of it. */
  close(): void;
}

/** A connection over which nothing came for so long is asked whether it lives, in ms: a build may say nothing for long. */
const PROBE_AFTER = 10_000;

/** Loads dockerode (100 ms the first time). Sends nothing yet. */
export async function connect(address: DockerAddress): Promise<Connection> {
  const { default: Docker } = await import('dockerode');
  const secure = 'protocol' in address && address.protocol === 'https';
  const agent = secure ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true });
  const sockets = new Set<{ destroy(): void; once(event: 'close', listener: () => void): void }>();
  const create = agent.createConnection.bind(agent);
  agent.createConnection = (...request) => {
    const socket = create(...request);
    if (socket) sockets.add(socket);
    if (socket instanceof Socket) socket.setKeepAlive(true, PROBE_AFTER);
    socket?.once('close', () => sockets.delete(socket));
    return socket;
  };
  const close = () => {
    for (const socket of sockets) socket.destroy();
  };
  const options = { protocol: 'http' as const, ...address, agent };
  return { docker: withoutEnvironment(() => new Docker(options)), close };
}

/** docker-modem fills gaps from DOCKER_HOST and reads DOCKER_CERT_PATH: that may be another daemon, or be gone. */
function withoutEnvironment<T>(create: () => T): T {
  const { DOCKER_HOST } = process.env;
  delete process.env.DOCKER_HOST;
  try {
    return create();
  } finally {
    if (DOCKER_HOST !== undefined) process.env.DOCKER_HOST = DOCKER_HOST;
  }
}

/** What docker-modem takes; its own types are not among our packages. */
export interface DialRequest {
  readonly path: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly options?: object;
  /** of a registry; docker-modem sends it as X-Registry-Auth */
  readonly authconfig?: object;
  readonly file?: Readable;
  readonly isStream?: boolean;
  readonly abortSignal?: AbortSignal;
}

/** One request; rejects with docker-modem's error, see `statusOf`. */
export function dial(docker: Dockerode, request: DialRequest): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const statusCodes = { 200: true, 201: true, 204: true };
  docker.modem.dial({ statusCodes, ...request }, (error: Error | null, answer: unknown) =>
    error ? reject(error) : resolve(answer),
  );
  return promise;
}

/** The HTTP status that a request was refused with; undefined when no answer came. */
export function statusOf(error: unknown): number | undefined {
  const status = (error as { statusCode?: unknown }).statusCode;
  return typeof status === 'number' ? status : undefined;
}
