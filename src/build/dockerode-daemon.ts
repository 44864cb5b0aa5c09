import { randomUUID } from 'node:crypto';
import { Agent as HttpAgent, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import type Dockerode from 'dockerode';
import type { DockerAddress, DockerBuild, DockerBuildMessage, DockerDaemon } from './docker-daemon.ts';
import { dockerLost, dockerUnreachable } from './docker-unreachable.ts';
import { looseJsonLines } from './loose-json-lines.ts';

/** How long a cancelled build may take to end in the daemon before its connection is closed, in ms. */
const CANCEL_WAIT = 5000;
/** A connection over which nothing came for so long is asked whether it lives, in ms: a build may say nothing for long. */
const PROBE_AFTER = 10_000;
/** For answers that take the daemon no work, in ms. */
const ANSWER_WAIT = 10_000;

/** A Docker Engine through dockerode, which is loaded with the first call (it takes 100 ms). */
export function createDockerDaemon(address: DockerAddress): DockerDaemon {
  let shared: Promise<Connection> | undefined;
  const connection = () => (shared ??= connect(address));
  const ask = async (method: DialRequest['method'], path: string, signal: AbortSignal) => {
    signal.throwIfAborted();
    return answerOf((await connection()).docker, { method, path }, signal, address);
  };
  return {
    address,
    async imageId(ref, signal) {
      // A third of the time that inspecting takes, which adds up the sizes of layers. Some tools leave no history.
      const history = (await ask('GET', `/images/${ref}/history`, signal)) as Identified[] | undefined;
      if (!history || history[0]) return history?.[0]?.Id;
      return ((await ask('GET', `/images/${ref}/json`, signal)) as Identified | undefined)?.Id;
    },
    async untag(ref, signal) {
      await ask('DELETE', `/images/${ref}?noprune=true`, signal);
    },
    async *build(archive, build, signal) {
      signal.throwIfAborted();
      // A session is a connection of its own, which dockerode leaves open when a build is cut off.
      const own = build.pulls ? await connect(address) : undefined;
      try {
        yield* run((own ?? (await connection())).docker, archive, build, signal, address);
      } finally {
        own?.close();
      }
    },
    close() {
      void shared?.then(({ close }) => close());
      shared = undefined;
    },
  };
}

interface Identified {
  readonly Id: string;
}

interface Connection {
  readonly docker: Dockerode;
  close(): void;
}

async function connect(address: DockerAddress): Promise<Connection> {
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

/** undefined: the daemon has no such thing. */
async function answerOf(
  docker: Dockerode,
  request: DialRequest,
  signal: AbortSignal,
  address: DockerAddress,
): Promise<unknown> {
  try {
    return await dial(docker, {
      ...request,
      abortSignal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WAIT)]),
    });
  } catch (error) {
    signal.throwIfAborted();
    // 400: not a reference that Docker understands, so there is no such image.
    if ([400, 404].includes(statusOf(error) ?? 0)) return undefined;
    throw dockerUnreachable(address, error);
  }
}

/** What docker-modem takes; its own types are not among our packages. */
interface DialRequest {
  readonly path: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly options?: object;
  readonly file?: Readable;
  readonly isStream?: boolean;
  readonly abortSignal?: AbortSignal;
}

function dial(docker: Dockerode, request: DialRequest): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const statusCodes = { 200: true, 204: true };
  docker.modem.dial({ statusCodes, ...request }, (error: Error | null, answer: unknown) =>
    error ? reject(error) : resolve(answer),
  );
  return promise;
}

async function* run(
  docker: Dockerode,
  archive: Readable,
  build: DockerBuild,
  signal: AbortSignal,
  address: DockerAddress,
): AsyncGenerator<DockerBuildMessage> {
  const id = randomUUID();
  const cut = new AbortController();
  let broken: Error | undefined;
  archive.on('error', (error) => {
    broken ??= error;
  });
  let begun = false;
  const onAbort = () => {
    if (!begun) return cut.abort();
    cancel(docker, id);
    setTimeout(() => cut.abort(), CANCEL_WAIT).unref();
  };
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    const answer = await start(docker, archive, build, id, cut.signal);
    begun = true;
    if (signal.aborted) onAbort();
    for await (const value of looseJsonLines(answer)) {
      const message = toMessage(value);
      // What a cancelled build ends with is no failure of it.
      if (message && 'error' in message) signal.throwIfAborted();
      if (message) yield message;
    }
  } catch (error) {
    signal.throwIfAborted();
    if (broken) throw broken;
    const status = statusOf(error);
    if (status === undefined) throw (begun ? dockerLost : dockerUnreachable)(address, error as Error);
    yield { error: (error as Error).message.replace(/^\(HTTP code \d+\) .*? - /, '').trim() };
  } finally {
    signal.removeEventListener('abort', onAbort);
    archive.destroy();
    cut.abort();
  }
  signal.throwIfAborted();
}

async function start(
  docker: Dockerode,
  archive: Readable,
  { ref, dockerfile, args, target, platform, labels, pulls }: DockerBuild,
  buildid: string,
  abortSignal: AbortSignal,
): Promise<IncomingMessage> {
  const query = { t: ref, dockerfile, buildargs: args, labels, version: '2' as const, buildid };
  const options = { ...query, ...(target ? { target } : {}), ...(platform ? { platform } : {}) };
  if (pulls) return (await docker.buildImage(archive, { ...options, abortSignal })) as IncomingMessage;
  const answer = await dial(docker, {
    path: '/build?',
    method: 'POST',
    file: archive,
    options,
    abortSignal,
    isStream: true,
  });
  return answer as IncomingMessage;
}

/** Asks for the end of a build. Its answer then ends with an error, which is what is waited for. */
function cancel(docker: Dockerode, id: string): void {
  dial(docker, { path: '/build/cancel?', method: 'POST', options: { _query: { id } } }).catch(() => {});
}

function toMessage(value: unknown): DockerBuildMessage | undefined {
  const { id, aux, error, errorDetail } = value as Record<string, unknown>;
  if (id === 'moby.buildkit.trace' && typeof aux === 'string') return { trace: aux };
  if (id === 'moby.image.id') return { imageId: String((aux as { ID?: unknown } | undefined)?.ID) };
  const message = (errorDetail as { message?: unknown } | undefined)?.message ?? error;
  return message === undefined ? undefined : { error: String(message) };
}

function statusOf(error: unknown): number | undefined {
  const status = (error as { statusCode?: unknown }).statusCode;
  return typeof status === 'number' ? status : undefined;
}
