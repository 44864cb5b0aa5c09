import type { Dirent } from 'node:fs';
import { opendir } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { fileNameProblem } from './file-name-problem.ts';
import { TEMPLATE_FILE } from './read-template-head.ts';

/** What a template may hold, so that none can fill memory or a disk. */
const MAX_FILES = 1_000;
const MAX_ENTRIES = 5_000;
const MAX_DEPTH = 20;

/** What tools leave behind: never part of a template, in any of its folders. */
const ALWAYS_LEFT = new Set([
  '.rockpool',
  'node_modules',
  '__pycache__',
  '.venv',
  '.pytest_cache',
  '.DS_Store',
]);

export interface FileProblem {
  /** in the template; empty for the template itself */
  readonly path: string;
  readonly words: string;
}

export interface Listing {
  /** of files, with `/`, sorted */
  readonly paths: readonly string[];
  readonly problems: readonly FileProblem[];
}

/**
 * The paths of every file that a template brings. Links, devices and names that some platform cannot hold are problems;
 * nothing is opened but folders. Ends where a limit is reached. Rejects only with the signal's reason.
 * @param isLeft what the template itself does not want copied
 */
export async function listTemplatePaths(
  folder: string,
  isLeft: (path: string) => boolean,
  signal: AbortSignal,
): Promise<Listing> {
  const paths: string[] = [];
  const problems: FileProblem[] = [];
  const folders = [''];
  let room = MAX_ENTRIES;
  for (let inner = folders.shift(); inner !== undefined && room > 0; inner = folders.shift()) {
    signal.throwIfAborted();
    const { entries, problem } = await readFolder(join(folder, inner), room);
    if (problem) problems.push({ path: inner, words: problem });
    room -= entries.length;
    const placed = entries.map((entry) => ({ entry, path: posix.join(inner, entry.name) }));
    for (const { entry, path } of placed.filter((each) => !isNotOurs(each.path) && !isLeft(each.path))) {
      const words = entryProblem(entry, path);
      if (words) problems.push({ path, words });
      else (entry.isDirectory() ? folders : paths).push(path);
    }
  }
  return { paths: paths.slice(0, MAX_FILES).sort(), problems: [...problems, ...tooMany(room, paths.length)] };
}

function tooMany(room: number, files: number): readonly FileProblem[] {
  if (room <= 0) return [{ path: '', words: `has ${MAX_ENTRIES} files and folders or more` }];
  return files > MAX_FILES ? [{ path: '', words: `has more than ${MAX_FILES} files` }] : [];
}

interface Folder {
  /** at most as many as asked for */
  readonly entries: readonly Dirent[];
  readonly problem?: string;
}

async function readFolder(folder: string, limit: number): Promise<Folder> {
  const entries: Dirent[] = [];
  try {
    for await (const entry of await opendir(folder)) {
      entries.push(entry);
      if (entries.length >= limit) break;
    }
    return { entries };
  } catch (error) {
    return { entries, problem: `cannot be read: ${(error as Error).message}` };
  }
}

/** The repository that a template is kept in is its own. */
const isNotOurs = (path: string): boolean =>
  path === '.git' || path === TEMPLATE_FILE || ALWAYS_LEFT.has(posix.basename(path));

function entryProblem(entry: Dirent, path: string): string | undefined {
  const problem = fileNameProblem(path);
  if (problem) return problem;
  if (entry.isSymbolicLink()) return 'is a symbolic link';
  if (!entry.isDirectory() && !entry.isFile()) return 'is neither a file nor a folder';
  return path.split('/').length > MAX_DEPTH ? `is more than ${MAX_DEPTH} folders deep` : undefined;
}
