import type { Dirent } from 'node:fs';
import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join, posix, relative, sep } from 'node:path';
import { createGitIgnore } from './git-ignore.ts';

export interface Walked {
  /** files, relative to the root, with `/`; near ones first */
  readonly files: readonly string[];
  readonly folders: readonly string[];
  /** files that .gitignore names, in folders that it does not */
  readonly hidden: readonly string[];
  /** links to files of the project: path of the link to path of the file */
  readonly links: ReadonlyMap<string, string>;
  /** links out of the project, which are not followed */
  readonly outward: readonly string[];
  /** what was not looked at, in words */
  readonly notSeen: readonly string[];
  /** there is a .git in it */
  readonly isGit: boolean;
}

/** More than any project that people know by heart has outside of node_modules and its like. */
const LIMITS = { entries: 20_000, depth: 12 };

/** What tools make or fetch. */
const PRUNED = new Set(
  'node_modules bower_components vendor venv __pycache__ dist target coverage third_party Godeps'.split(' '),
);
/** Of the hidden folders only those that people keep such things in. */
const HIDDEN_BUT_SEEN = new Set('.docker .k8s .kubernetes .deploy .helm .infra .build'.split(' '));

/**
 * Every file of a project, at most 20,000 entries and 12 folders deep, near ones first. Folders that tools make, hidden
 * ones and what .gitignore names are left out. No link is followed out of the tree, and no folder twice.
 */
export async function walkProject(root: string, signal: AbortSignal, limits = LIMITS): Promise<Walked> {
  const base = await realpath(root);
  const found: Found = {
    ...{ files: [], folders: [], hidden: [], links: new Map() },
    ...{ outward: [], notSeen: [], isGit: false },
  };
  let level: readonly Folder[] = [{ path: '', ignores: [] }];
  let count = 0;
  for (let depth = 0; level.length > 0; depth++) {
    const next: Folder[] = [];
    for (const folder of level) {
      signal.throwIfAborted();
      const entries = await list(base, folder, found);
      count += entries.length;
      if (count > limits.entries) {
        found.notSeen.push(
          `more than ${limits.entries} files and folders: the search ended at ${folder.path || '.'}`,
        );
        return found;
      }
      next.push(...(await sort(base, folder, entries, found)));
    }
    if (depth === limits.depth && next[0]) {
      found.notSeen.push(`${next[0].path}: deeper than ${limits.depth} folders`);
      break;
    }
    level = next;
  }
  return found;
}

interface Found {
  readonly files: string[];
  readonly folders: string[];
  readonly hidden: string[];
  readonly links: Map<string, string>;
  readonly outward: string[];
  readonly notSeen: string[];
  isGit: boolean;
}

interface Folder {
  readonly path: string;
  /** of .gitignore files above and in it */
  readonly ignores: readonly ((path: string, isFolder: boolean) => boolean)[];
}

async function list(base: string, folder: Folder, found: Found): Promise<readonly Dirent[]> {
  try {
    const entries = await readdir(join(base, folder.path), { withFileTypes: true });
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    found.notSeen.push(`${folder.path || '.'}: cannot be read (${(error as NodeJS.ErrnoException).code})`);
    return [];
  }
}

/** Puts what a folder holds where it belongs, and answers the folders to look into. */
async function sort(
  base: string,
  folder: Folder,
  entries: readonly Dirent[],
  found: Found,
): Promise<readonly Folder[]> {
  const ignores = [...folder.ignores, ...(await ignoreOf(base, folder, entries))];
  const isIgnored = (path: string, isFolder: boolean) => ignores.some((ignore) => ignore(path, isFolder));
  const next: Folder[] = [];
  for (const entry of entries) {
    const path = posix.join(folder.path, entry.name);
    if (entry.name === '.git') found.isGit = true;
    if (entry.isDirectory()) {
      if (isPruned(entry.name) || isIgnored(path, true)) continue;
      found.folders.push(path);
      next.push({ path, ignores });
    } else if (entry.isFile()) {
      (isIgnored(path, false) ? found.hidden : found.files).push(path);
    } else if (entry.isSymbolicLink() && !isPruned(entry.name) && !isIgnored(path, false)) {
      await addLink(base, path, found);
    }
  }
  return next;
}

const isPruned = (name: string): boolean =>
  PRUNED.has(name) || (name.startsWith('.') && !HIDDEN_BUT_SEEN.has(name));

async function ignoreOf(
  base: string,
  { path }: Folder,
  entries: readonly Dirent[],
): Promise<Folder['ignores']> {
  if (!entries.some((entry) => entry.name === '.gitignore' && entry.isFile())) return [];
  const text = await readFile(join(base, path, '.gitignore'), 'utf8').catch(() => '');
  const ignores = createGitIgnore(text);
  return [(below, isFolder) => ignores(path === '' ? below : below.slice(path.length + 1), isFolder)];
}

/** A link to a file of the project counts as that file; one out of it is named, one to a folder is seen where that is. */
async function addLink(base: string, path: string, found: Found): Promise<void> {
  const target = await realpath(join(base, path)).catch(() => undefined);
  if (target === undefined) return;
  const inside = relative(base, target).split(sep).join('/');
  if (inside === '..' || inside.startsWith('../')) {
    found.outward.push(path);
    found.notSeen.push(`${path}: a link out of the project`);
    return;
  }
  if (!(await stat(target).catch(() => undefined))?.isFile()) return;
  found.files.push(path);
  found.links.set(path, inside);
}
