import { lstatSync, readlinkSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { RockpoolError } from '../session/failure.ts';
import type { DockerIgnore } from './docker-ignore.ts';
import { type FileStamp, toStamp } from './file-stamp.ts';
import { unreadable } from './open-listed.ts';

/** A file, folder or link of a build context. */
export interface ContextEntry {
  /** relative to the context, with `/` */
  readonly path: string;
  readonly kind: 'file' | 'directory' | 'link';
  /** permission bits, as COPY keeps them */
  readonly mode: number;
  readonly stamp: FileStamp;
  /** what a link says */
  readonly target?: string;
}

export interface ContextQuery {
  /** absolute */
  readonly folder: string;
  readonly ignore: DockerIgnore;
  /** paths below the folder that are listed even when they are ignored */
  readonly always: readonly string[];
}

/**
 * Lists what a build is sent, sorted by path: what .dockerignore leaves, with the folders above it. Links stay links
 * and are never followed; sockets, pipes and devices are left out, as is what vanishes meanwhile. Excluded folders are
 * not read. Rejects with a RockpoolError: CONTEXT_MISSING, CONTEXT_UNREADABLE with the path.
 */
export async function listContext(
  query: ContextQuery,
  signal: AbortSignal,
): Promise<readonly ContextEntry[]> {
  signal.throwIfAborted();
  const entries = await listFolder('', query, signal);
  if (entries === undefined) throw new RockpoolError(missing(query.folder));
  const listed = new Map(entries.map((entry) => [entry.path, entry]));
  for (const path of query.always) {
    const entry = listed.has(path) ? undefined : readEntry(path, query.folder);
    if (entry) listed.set(path, entry);
  }
  return [...listed.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Git writes to its folder when nothing changed for the image; it is sent, for builds that ask git, but is not in the tag. */
export function isTagged({ path }: ContextEntry): boolean {
  return !path.split('/').includes('.git');
}

/** undefined: the folder is not there (any more) */
async function listFolder(
  folder: string,
  query: ContextQuery,
  signal: AbortSignal,
): Promise<ContextEntry[] | undefined> {
  const names = await readNames(join(query.folder, folder));
  signal.throwIfAborted();
  if (!names) return undefined;
  const entries: ContextEntry[] = [];
  for (const name of names) {
    const path = folder === '' ? name : `${folder}/${name}`;
    if (query.ignore.prunes(path)) continue;
    const entry = readEntry(path, query.folder);
    const below = entry?.kind === 'directory' ? await listFolder(path, query, signal) : [];
    if (entry && below && (below.length > 0 || !query.ignore.ignores(path))) entries.push(entry, ...below);
  }
  return entries;
}

/** Synchronous on purpose: ten thousand take 40 ms so, and five times that one by one through the thread pool. */
function readEntry(path: string, root: string): ContextEntry | undefined {
  const absolute = join(root, path);
  try {
    const stats = lstatSync(absolute, { bigint: true });
    const common = { path, mode: Number(stats.mode & 0o7777n), stamp: toStamp(stats) };
    if (stats.isFile()) return { ...common, kind: 'file' };
    if (stats.isDirectory()) return { ...common, kind: 'directory' };
    return stats.isSymbolicLink() ? { ...common, kind: 'link', target: readlinkSync(absolute) } : undefined;
  } catch (error) {
    return goneOrThrow(error, absolute);
  }
}

async function readNames(folder: string): Promise<string[] | undefined> {
  try {
    return await readdir(folder);
  } catch (error) {
    return goneOrThrow(error, folder);
  }
}

function goneOrThrow(error: unknown, path: string): undefined {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
  throw unreadable(path, error);
}

function missing(folder: string) {
  return {
    code: 'CONTEXT_MISSING',
    subject: folder,
    message: `There is no folder ${folder} to build from.`,
    hint: 'Correct the image’s `context` in rockpool.yaml; it is relative to that file.',
  };
}
