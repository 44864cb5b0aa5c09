import { chmod, mkdir, realpath, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { prepareSocketFolder, socketAddress } from '../../control/socket-address.ts';
import type { ImageConfig, ImageStore } from '../runtime/runtime.ts';
import { createMachineTools } from './base/machine-tools.ts';
import { forgetBases, pullBase } from './base/make-base.ts';
import { answerBuild, type BuildWarning, createBuilds } from './build-routes.ts';
import { answerDaemon } from './daemon-routes.ts';
import { type DockerRequest, readRequest, refuse } from './docker-request.ts';
import { createLayerStore } from './files/layer-store.ts';
import { answerImages } from './image-routes.ts';
import { standIns } from './run/stand-ins.ts';

export interface DockerEndpoint {
  readonly socketPath: string;
  /**
   * Puts what this machine has for a public image into the store, for pods that name it. Rejects with an error that says
   * why there is nothing for it.
   */
  pull(ref: string, signal: AbortSignal): Promise<ImageConfig>;
  /** Ends what is built, cuts every client and removes the socket. */
  close(): Promise<void>;
}

export interface DockerEndpointOptions {
  /**
   * Where layers are kept, absolute; made if missing. One endpoint at a time. Best outside of every project: Node and many
   * tools look for their files in all folders above.
   */
  readonly dir: string;
  readonly images: ImageStore;
  readonly clock: { now(): number };
  /** of this machine; default: this program's */
  readonly env?: Readonly<NodeJS.ProcessEnv>;
  /** Told what differs from a real build, once each: a program of another version, a package that is passed over. */
  onWarning?(warning: BuildWarning): void;
  /** For tests: awaited before each build; what it rejects with is the build's failure. */
  fault?(build: { readonly ref: string }, signal: AbortSignal): Promise<void>;
}

/** Bytes of a socket's path: sun_path has 104 on macOS, the last of them a zero. */
const LONGEST = 103;

/**
 * As much of the Docker Engine's API as rockpool's own builder uses, on a unix socket that only its owner may use.
 * Anything else is answered with 501 and a sentence.
 */
export async function startDockerEndpoint(options: DockerEndpointOptions): Promise<DockerEndpoint> {
  const { images, clock, env = process.env, fault = async () => {}, onWarning = () => {} } = options;
  await mkdir(options.dir, { recursive: true, mode: 0o700 });
  const dir = await realpath(options.dir);
  const programs = join(dir, 'programs');
  await writePrograms(programs);
  const tools = createMachineTools(env);
  const layers = await createLayerStore(dir);
  forgetBases(images);
  const place = { images, layers, tools, programs, dir, env, now: clock.now };
  const pull = (ref: string, signal: AbortSignal) => pullBase(ref, place, signal);
  const builds = createBuilds(place, { fault, onWarning: onlyOnce(onWarning) });
  const server = createServer((request, response) => {
    answer(readRequest(request), response, { images, tools, builds, pull }).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else refuse(response, 500, error instanceof Error ? error.message : String(error));
    });
  });
  const sessions = new Set<Duplex>();
  server.on('upgrade', (request, socket) => openSession(request, socket, sessions));
  const socketPath = await listen(server, dir, env);
  return {
    socketPath,
    pull,
    async close() {
      await builds.close();
      for (const session of sessions) session.destroy();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await rm(socketPath, { force: true });
    },
  };
}

/** Texts that are remembered; a warning that was forgotten is told again. */
const REMEMBERED = 500;

function onlyOnce(tell: (warning: BuildWarning) => void): (warning: BuildWarning) => void {
  const told = new Set<string>();
  return (warning) => {
    if (told.has(warning.text)) return;
    if (told.size >= REMEMBERED) told.clear();
    told.add(warning.text);
    tell(warning);
  };
}

type Parts = {
  readonly images: ImageStore;
  readonly tools: ReturnType<typeof createMachineTools>;
  readonly builds: ReturnType<typeof createBuilds>;
  readonly pull: DockerEndpoint['pull'];
};

async function answer(request: DockerRequest, response: ServerResponse, parts: Parts): Promise<void> {
  const done =
    answerDaemon(request, response, parts.images) ||
    (await answerImages(request, response, parts)) ||
    (await answerBuild(request, response, parts.builds));
  if (done) return;
  const { method, path } = request;
  refuse(
    response,
    501,
    `The sandbox has no ${method} ${path}: it builds and keeps images, and is no Docker Engine.`,
  );
}

/** Nothing is asked over a session: it is for credentials of registries, and nothing is pulled. */
function openSession(request: IncomingMessage, socket: Duplex, sessions: Set<Duplex>): void {
  socket.on('error', () => {}).once('close', () => sessions.delete(socket));
  if (!/\/session$/.test(new URL(request.url ?? '/', 'http://docker').pathname)) {
    const text = JSON.stringify({ message: `The sandbox has no ${request.method} ${request.url}.` });
    const head = `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(text)}\r\nConnection: close`;
    socket.end(`HTTP/1.1 501 Not Implemented\r\n${head}\r\n\r\n${text}`);
    return;
  }
  sessions.add(socket);
  socket.on('end', () => socket.end()).resume();
  socket.write('HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n');
}

async function writePrograms(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { mode: 0o700 });
  for (const [name, text] of standIns()) await writeFile(join(folder, name), text, { mode: 0o700 });
}

/** In its own folder, or where sockets go when that has too long a path. */
async function listen(
  server: ReturnType<typeof createServer>,
  dir: string,
  env: Readonly<NodeJS.ProcessEnv>,
): Promise<string> {
  const own = join(dir, 'docker.sock');
  const path = Buffer.byteLength(own) <= LONGEST ? own : socketAddress(own, env);
  if (path !== own) await prepareSocketFolder(path);
  await rm(path, { force: true });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject).listen(path, resolve);
  await promise;
  await chmod(path, 0o600);
  return path;
}
