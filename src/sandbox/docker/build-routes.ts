import { readFile, rm } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { createBuildLog } from './build/build-log.ts';
import { type SolvePlace, type SolveRequest, solve } from './build/solve.ts';
import { SolveError } from './build/solve-error.ts';
import { createTraceEncoder } from './build/trace-encoder.ts';
import { goArchitecture } from './daemon-routes.ts';
import { type DockerRequest, refuse } from './docker-request.ts';
import { insideImage } from './files/inside.ts';
import { unpackArchive } from './files/unpack-archive.ts';

/** Builds that run, by the id that whoever asked for them gave. */
export interface Builds {
  start(request: DockerRequest, response: ServerResponse): Promise<void>;
  /** @returns whether there was such a build */
  cancel(id: string): boolean;
  /** Cancels all, and waits until nothing of them runs. */
  close(): Promise<void>;
}

/** Starts and cancels builds. @returns false: it was asked something else */
export async function answerBuild(
  request: DockerRequest,
  response: ServerResponse,
  builds: Builds,
): Promise<boolean> {
  const { method, path, query } = request;
  if (method !== 'POST') return false;
  if (path === '/build/cancel') {
    builds.cancel(query.get('id') ?? '');
    response.writeHead(204).end();
    return true;
  }
  if (path !== '/build') return false;
  if (query.get('version') !== '2') {
    const message =
      'The sandbox builds as BuildKit does only (version=2), and not over the docker command line.';
    return refuse(response, 501, message);
  }
  if (query.get('remote'))
    return refuse(response, 501, 'The sandbox builds no remote contexts: send an archive.');
  await builds.start(request, response);
  return true;
}

/** What a build in the sandbox does otherwise than a real one, in a sentence. */
export interface BuildWarning {
  /** name:tag of the image */
  readonly ref: string;
  /** of its Dockerfile, from 1 */
  readonly line: number;
  readonly text: string;
}

export interface BuildHooks {
  onWarning(warning: BuildWarning): void;
  /** awaited before each build; its rejection is the build's failure */
  fault(build: { readonly ref: string }, signal: AbortSignal): Promise<void>;
}

export function createBuilds(place: SolvePlace, hooks: BuildHooks): Builds {
  const running = new Map<AbortController, { readonly id: string; readonly ended: Promise<void> }>();
  return {
    async start(request, response) {
      const stop = new AbortController();
      response.once('close', () => stop.abort(new SolveError('context canceled')));
      const ended = run(request, response, { place, hooks }, stop.signal);
      running.set(stop, { id: request.query.get('buildid') ?? '', ended });
      await ended.finally(() => running.delete(stop));
    },
    cancel(id) {
      const found = [...running].filter(([, build]) => build.id === id && id !== '');
      for (const [stop] of found) stop.abort(new SolveError('context canceled'));
      return found.length > 0;
    },
    async close() {
      for (const stop of running.keys()) stop.abort(new SolveError('context canceled'));
      await Promise.allSettled([...running.values()].map(({ ended }) => ended));
    },
  };
}

interface BuildParts {
  readonly place: SolvePlace;
  readonly hooks: BuildHooks;
}

/** Answers as the daemon does: lines of JSON, the last of them the image or the error. */
async function run(
  { query, body }: DockerRequest,
  response: ServerResponse,
  { place, hooks }: BuildParts,
  signal: AbortSignal,
): Promise<void> {
  const encode = await createTraceEncoder();
  const say = (line: unknown) => {
    if (!response.writableEnded && !response.destroyed) response.write(`${JSON.stringify(line)}\n`);
  };
  const log = createBuildLog(place.now, (report) => {
    say({ id: 'moby.buildkit.trace', aux: encode(report) });
    const ref = query.get('t') ?? '';
    for (const { text, line } of report.warnings ?? []) hooks.onWarning({ ref, line, text });
  });
  const folder = await place.layers.scratch();
  response.writeHead(200, { 'content-type': 'application/json' });
  try {
    const hashes = await log.step('[internal] load remote build context', async (vertex) => {
      vertex.begin();
      return unpackArchive(body, folder, signal);
    });
    const path = query.get('dockerfile') || 'Dockerfile';
    const dockerfile = await readFile(await insideImage(folder, path), 'utf8').catch(() => {
      throw new SolveError(`failed to read dockerfile: open ${path}: no such file or directory`);
    });
    const request = readBuild(query, dockerfile, { folder, hashes });
    await hooks.fault({ ref: request.refs[0] ?? '' }, signal);
    const image = await solve(request, place, log, signal);
    say({ id: 'moby.image.id', aux: { ID: image.id } });
  } catch (error) {
    const reason = signal.aborted ? signal.reason : error;
    const message = reason instanceof Error ? reason.message : String(reason);
    say({ errorDetail: { message }, error: message });
  } finally {
    await rm(folder, { recursive: true, force: true });
    response.end();
  }
}

function readBuild(
  query: URLSearchParams,
  dockerfile: string,
  context: SolveRequest['context'],
): SolveRequest {
  const target = query.get('target');
  return {
    refs: query.getAll('t').filter((ref) => ref !== ''),
    dockerfile,
    ...(target ? { target } : {}),
    args: readObject(query.get('buildargs')),
    labels: readObject(query.get('labels')),
    platform: query.get('platform') || `linux/${goArchitecture()}`,
    context,
  };
}

function readObject(text: string | null): Record<string, string> {
  return text ? (JSON.parse(text) as Record<string, string>) : {};
}
