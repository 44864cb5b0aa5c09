import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { extract } from 'tar-stream';
import type { DockerAddress } from '../../../src/build/docker-daemon.ts';

/** A file of a build's archive. */
export interface Sent {
  readonly text: string;
  readonly mode: number;
  readonly type: string;
  readonly linkname: string;
}

interface SentBuild {
  readonly query: URLSearchParams;
  readonly files: ReadonlyMap<string, Sent>;
}

/** Answers a build: lines to send, then the end; or anything else with the open answer. */
export type Answer = (build: SentBuild, response: ServerResponse) => Promise<void> | void;

interface ListedImage {
  readonly Id: string;
  RepoTags: string[];
  readonly RepoDigests?: readonly string[] | null;
  readonly Labels: Readonly<Record<string, string>> | null;
  readonly Created: number;
  readonly Size: number;
  readonly SharedSize: number;
  readonly Manifests?: readonly object[];
}

/** A program that speaks as much of the Docker Engine's HTTP as a build takes. */
export interface DockerServer {
  readonly address: DockerAddress;
  /** refs to image IDs */
  readonly images: Map<string, string>;
  /** as the daemon lists them, whatever the filter; a name that is deleted leaves, and with its last one the image */
  readonly listed: ListedImage[];
  /** IDs of images that containers were made from: their last name is not deleted */
  readonly running: string[];
  readonly builds: SentBuild[];
  /** ids of builds that were cancelled */
  readonly cancelled: string[];
  /** open connections on which BuildKit may ask for credentials */
  readonly sessions: Set<Duplex>;
  /** method and path of every request */
  readonly requests: string[];
  /** the query of each, as the daemon understands it */
  readonly queries: string[];
  answer: Answer;
  /** of an image: its layers, the last one first */
  history(id: string): readonly { readonly Id: string }[];
  close(): Promise<void>;
}

export async function startDockerServer(): Promise<DockerServer> {
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://docker');
    state.requests.push(`${request.method} ${url.pathname}`);
    state.queries.push(decodeURIComponent(url.search));
    const ref = decodeURIComponent(url.pathname).replace(/^\/images\/(.*?)(?:\/json|\/history)?$/, '$1');
    if (url.pathname === '/build/cancel') {
      state.cancelled.push(url.searchParams.get('id') ?? '');
      response.writeHead(204).end();
    } else if (url.pathname === '/build') {
      const files = await readArchive(request).catch(() => new Map<string, Sent>());
      const build = { query: url.searchParams, files };
      state.builds.push(build);
      await state.answer(build, response);
    } else if (url.pathname === '/images/json' || url.pathname === '/containers/json') {
      response.writeHead(200, { 'content-type': 'application/json' });
      const containers = state.running.map((ImageID) => ({ Id: 'c', ImageID }));
      response.end(JSON.stringify(url.pathname === '/images/json' ? state.listed : containers));
    } else if (request.method === 'DELETE' && state.listed.some(({ RepoTags }) => RepoTags.includes(ref))) {
      const { status, body } = deleteName(state, ref);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    } else {
      const id = state.images.get(ref);
      if (request.method === 'DELETE') state.images.delete(ref);
      response.writeHead(id === undefined ? 404 : 200, { 'content-type': 'application/json' });
      const found = url.pathname.endsWith('/history') ? state.history(id ?? '') : { Id: id };
      const image = request.method === 'DELETE' ? [{ Untagged: ref }] : found;
      response.end(JSON.stringify(id === undefined ? { message: `No such image: ${ref}` } : image));
    }
  });
  server.on('upgrade', (request, socket) => {
    state.requests.push(`${request.method} ${request.url}`);
    state.sessions.add(socket);
    socket.on('error', () => {}).once('close', () => state.sessions.delete(socket));
    socket.on('end', () => socket.end()).resume();
    socket.write('HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const state: DockerServer = {
    address: { protocol: 'http', host: '127.0.0.1', port },
    images: new Map(),
    listed: [],
    running: [],
    builds: [],
    cancelled: [],
    sessions: new Set(),
    requests: [],
    queries: [],
    answer: recorded('built'),
    history: (id) => [{ Id: id }, { Id: '<missing>' }],
    async close() {
      for (const session of state.sessions) session.destroy();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return state;
}

/** As Docker 28.5 does without `force`. */
function deleteName({ listed, running }: DockerServer, ref: string) {
  const image = listed.find(({ RepoTags }) => RepoTags.includes(ref));
  if (!image) throw new Error(`${ref} is not listed`);
  const isLast = image.RepoTags.length === 1;
  if (isLast && running.includes(image.Id)) {
    return { status: 409, body: { message: `conflict: unable to delete ${ref} (must be forced)` } };
  }
  image.RepoTags = image.RepoTags.filter((name) => name !== ref);
  if (isLast) listed.splice(listed.indexOf(image), 1);
  return { status: 200, body: [{ Untagged: ref }, ...(isLast ? [{ Deleted: image.Id }] : [])] };
}

/** What Docker 28.5 answered, as it was recorded. */
export function recorded(name: 'built' | 'step-failed' | 'copy-failed'): Answer {
  return async (_build, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(await readFile(new URL(`recordings/${name}.jsonl`, import.meta.url)));
  };
}

export async function readArchive(archive: NodeJS.ReadableStream): Promise<Map<string, Sent>> {
  const files = new Map<string, Sent>();
  const entries = extract();
  archive.on('error', (error: Error) => entries.destroy(error));
  archive.pipe(entries as unknown as NodeJS.WritableStream);
  for await (const entry of entries) {
    let text = '';
    for await (const chunk of entry as AsyncIterable<Uint8Array>) text += Buffer.from(chunk).toString();
    const { name, mode, type, linkname } = entry.header;
    files.set(name.replace(/\/$/, ''), { text, mode, type, linkname });
  }
  return files;
}
