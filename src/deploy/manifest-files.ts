import { glob, readdir, stat } from 'node:fs/promises';
import { basename, join, relative, resolve, sep } from 'node:path';

/** What a folder is searched for. A leading underscore marks a partial, which is no manifest of its own. */
const MANIFEST = /^[^_].*\.(ya?ml|json)(\.liquid)?$/;

const PRUNED = new Set(['node_modules', '.git', '.rockpool']);

/**
 * The files that a `manifests` entry names, absolute and sorted: a file, a folder (its manifests, not those of
 * folders in it), or a glob pattern. Files that begin with an underscore are partials and left out of patterns.
 */
export async function findManifestFiles(root: string, entry: string): Promise<readonly string[]> {
  const path = resolve(root, entry);
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile()) return [path];
  if (found?.isDirectory()) {
    const names = await readdir(path);
    return names
      .filter((name) => MANIFEST.test(name))
      .map((name) => join(path, name))
      .sort();
  }
  const paths: string[] = [];
  const exclude = (folder: string) => PRUNED.has(basename(folder));
  for await (const match of glob(entry, { cwd: root, exclude })) {
    const file = resolve(root, match);
    const isFile = !basename(file).startsWith('_') && (await stat(file).catch(() => undefined))?.isFile();
    if (isFile) paths.push(file);
  }
  return paths.sort();
}

/** A path as messages name it: relative to the project where it lies inside. Pure. */
export function nameFile(root: string, file: string): string {
  const path = relative(root, file);
  return path.startsWith('..') || path === '' ? file : path.split(sep).join('/');
}
