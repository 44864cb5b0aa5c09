import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { insideImage } from '../files/inside.ts';
import { resolvePath } from './configure.ts';
import { SolveError } from './solve-error.ts';

/** A source of COPY that is there. */
export interface Source {
  /** as the image or context knows it: absolute */
  readonly path: string;
  /** absolute, of this machine; links are followed */
  readonly file: string;
  readonly isFolder: boolean;
}

/**
 * The sources that a word of COPY or ADD means, with Go's wildcards (`*`, `?`, `[a-z]`; a star ends at a slash). A pattern
 * may match nothing; a path must be there. Rejects with BuildKit's error for one that is not.
 */
export async function matchPaths(root: string, word: string): Promise<readonly Source[]> {
  const path = resolvePath('/', word);
  const isPattern = /[*?[]/.test(path);
  const found = isPattern ? await expand(root, path) : [path];
  return Promise.all(found.map((one) => toSource(root, one)));
}

async function toSource(root: string, path: string): Promise<Source> {
  const full = await insideImage(root, path);
  const file = await realpath(full).catch(() => undefined);
  if (file === undefined) {
    throw new SolveError(`failed to calculate checksum of ref sandbox::context: "${path}": not found`);
  }
  return { path, file, isFolder: (await stat(file)).isDirectory() };
}

async function expand(root: string, pattern: string): Promise<string[]> {
  let found = ['/'];
  for (const part of pattern.split('/').filter((one) => one !== '')) {
    const matches = toExpression(part);
    const lists = found.map(async (folder) => {
      const names = await readdir(await insideImage(root, folder)).catch((): string[] => []);
      return names.filter((name) => matches.test(name)).map((name) => join(folder, name));
    });
    found = (await Promise.all(lists)).flat().sort();
  }
  return found;
}

function toExpression(part: string): RegExp {
  const expression = part.replace(/\[\^?[^\]]*\]|\\.|[\s\S]/g, (sign) => {
    if (sign === '*') return '.*';
    if (sign === '?') return '.';
    return sign.length > 1 && sign.startsWith('[')
      ? sign
      : sign.replace(/^\\/, '').replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  });
  return new RegExp(`^${expression}$`, 's');
}
