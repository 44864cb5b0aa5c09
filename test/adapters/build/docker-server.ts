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

/** A program that speaks as much of the Docker Engine's HTTP as a build takes. */
export interface DockerServer {
  readonly address: DockerAddress;
  /** refs to image IDs */
  readonly images: Map<string, string>;
  readonly builds: SentBuild[];
  /** ids of builds that were cancelled */
  readonly cancelled: string[];
  /** open connections on which BuildKit may ask for credentials */
  readonly sessions: Set<Duplex>;
  /** method and path of every request */
  readonly requests: string[];
  answer: Answer;
  /** of an image: its layers, the last one first */
  history(id: string): readonly { readonly Id: string }[];
  close(): Promise<void>;
}

export async function startDockerServer(): Promise<DockerServer> {
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://docker');
    state.requests.push(`${request.method} ${url.pathname}`);
    const ref = decodeURIComponent(url.pathname).replace(/^\/images\/(.*?)(?:\/json|\/history)?$/, '$1');
    if (url.pathname === '/build/cancel') {
      state.cancelled.push(url.searchParams.get('id') ?? '');
      response.writeHead(204).end();
    } else if (url.pathname === '/build') {
      const files = await readArchive(request).catch(() => new Map<string, Sent>());
      const build = { query: url.searchParams, files };
      state.builds.push(build);
      await state.answer(build, response);
    } else {
      const id = state.images.get(ref);
      if (request.method === 'DELETE') state.images.delete(ref);
      response.writeHead(id === undefined ? 404 : 200, { 'content-type': 'application/json' });
      const image = url.pathname.endsWith('/history') ? state.history(id ?? '') : { Id: id };
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
    builds: [],
    cancelled: [],
    sessions: new Set(),
    requests: [],
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
