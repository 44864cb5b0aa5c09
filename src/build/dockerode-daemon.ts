import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import type Dockerode from 'dockerode';
import { RockpoolError } from '../session/failure.ts';
import type {
  DaemonImage,
  DockerAddress,
  DockerBuild,
  DockerBuildMessage,
  DockerDaemon,
} from './docker-daemon.ts';
import { dockerLost, dockerUnreachable } from './docker-unreachable.ts';
import { type Connection, connect, type DialRequest, dial, statusOf } from './dockerode-connection.ts';
import { looseJsonLines } from './loose-json-lines.ts';

/** How long a cancelled build may take to end in the daemon before its connection is closed, in ms. */
const CANCEL_WAIT = 5000;
/** For answers that take the daemon no work, in ms. */
const ANSWER_WAIT = 10_000;
/** For a list with the sizes of all layers, which a daemon with hundreds of images works out for seconds, in ms. */
const LIST_WAIT = 60_000;

/** A Docker Engine through dockerode, which is loaded with the first call (it takes 100 ms). */
export function createDockerDaemon(address: DockerAddress): DockerDaemon {
  let shared: Promise<Connection> | undefined;
  const connection = () => (shared ??= connect(address));
  const ask: Ask = async (method, path, signal, { query, wait = ANSWER_WAIT } = {}) => {
    signal.throwIfAborted();
    const abortSignal = AbortSignal.any([signal, AbortSignal.timeout(wait)]);
    // Without the question mark at its end, dockerode takes no query; one that stands in the path loses its last letter.
    const request = query
      ? { method, path: `${path}?`, options: { _query: query }, abortSignal }
      : { method, path, abortSignal };
    return answerOf((await connection()).docker, request, signal, address);
  };
  return {
    address,
    async imageId(ref, signal) {
      // A third of the time that inspecting takes, which adds up the sizes of layers. Some tools leave no history.
      const history = (await ask('GET', `/images/${ref}/history`, signal)) as Identified[] | undefined;
      if (!history || history[0]) return history?.[0]?.Id;
      return ((await ask('GET', `/images/${ref}/json`, signal)) as Identified | undefined)?.Id;
    },
    images: (label, signal) => listImages(ask, label, signal),
    untag: (ref, signal) => untag(ask, ref, signal),
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

type Ask = (
  method: DialRequest['method'],
  path: string,
  signal: AbortSignal,
  /** `wait` in ms */
  options?: { readonly query?: object; readonly wait?: number },
) => Promise<unknown>;

interface Identified {
  readonly Id: string;
}

interface ListedImage extends Identified {
  readonly RepoTags?: readonly string[] | null;
  readonly RepoDigests?: readonly string[] | null;
  readonly Labels?: Readonly<Record<string, string>> | null;
  /** s since the epoch */
  readonly Created: number;
  readonly Size: number;
  /** -1: not worked out, as by daemons before API 1.42 */
  readonly SharedSize?: number;
  /** of a containerd store, whose Size also counts the compressed layers, which SharedSize leaves out */
  readonly Manifests?: readonly { readonly ImageData?: { readonly Size?: { readonly Unpacked?: number } } }[];
}

async function listImages(ask: Ask, label: string, signal: AbortSignal): Promise<readonly DaemonImage[]> {
  const wait = LIST_WAIT;
  // All of them: with a filter, the daemon looks for sharing only among what it lists.
  const query = { 'shared-size': true, manifests: true };
  const images = await ask('GET', '/images/json', signal, { query, wait });
  const containers = await ask('GET', '/containers/json', signal, { query: { all: true }, wait });
  const used = new Set(((containers ?? []) as { ImageID?: string }[]).map(({ ImageID }) => ImageID));
  const listed = ((images ?? []) as ListedImage[]).filter(({ Labels }) => hasLabel(Labels ?? {}, label));
  return listed.map((image) => ({
    id: image.Id,
    names: [...new Set([...(image.RepoTags ?? []), ...(image.RepoDigests ?? [])])],
    labels: image.Labels ?? {},
    createdAt: image.Created * 1000,
    bytes: Math.max(0, unpackedSize(image) - Math.max(0, image.SharedSize ?? 0)),
    inUse: used.has(image.Id),
  }));
}

function hasLabel(labels: Readonly<Record<string, string>>, label: string): boolean {
  return Object.entries(labels).some(([key, value]) => `${key}=${value}` === label);
}

function unpackedSize({ Size, Manifests }: ListedImage): number {
  const sizes = (Manifests ?? []).flatMap(({ ImageData }) => ImageData?.Size?.Unpacked ?? []);
  return sizes.length === 0 ? Size : sizes.reduce((sum, size) => sum + size, 0);
}

async function untag(ask: Ask, ref: string, signal: AbortSignal) {
  try {
    const records = await ask('DELETE', `/images/${ref}`, signal, { query: { noprune: true } });
    if (records === undefined) return 'missing';
    return (records as { Deleted?: string }[]).some(({ Deleted }) => Deleted) ? 'deleted' : 'untagged';
  } catch (error) {
    if (error instanceof RockpoolError && statusOf(error.cause) === 409) return 'kept';
    throw error;
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
    return await dial(docker, request);
  } catch (error) {
    signal.throwIfAborted();
    // 400: not a reference that Docker understands, so there is no such image.
    if ([400, 404].includes(statusOf(error) ?? 0)) return undefined;
    throw dockerUnreachable(address, error);
  }
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
