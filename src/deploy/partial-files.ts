import { existsSync, readFileSync } from 'node:fs';
import { access, readFile, realpath } from 'node:fs/promises';
import { dirname, extname, relative, resolve, sep } from 'node:path';
import type { Liquid } from 'liquidjs';

type FileSystem = NonNullable<NonNullable<ConstructorParameters<typeof Liquid>[0]>['fs']>;

/** Where Liquid reads partials: inside the project only, links followed. */
export interface PartialFiles {
  readonly fs: FileSystem;
  /** Path of the partial with this text, since Liquid's errors do not always name their file. */
  fileOf(source: string): string | undefined;
}

/** @param root absolute path of the project */
export function createPartialFiles(root: string): PartialFiles {
  const files = new Map<string, string>();
  const remember = (path: string, source: string): string => {
    files.set(source, path);
    return source;
  };
  const fs: FileSystem = {
    sep,
    dirname,
    resolve: (folder, file, extension) =>
      resolve(folder, extname(file) === '' ? `${file}${extension}` : file),
    exists: (path) =>
      access(path).then(
        () => true,
        () => false,
      ),
    readFile: async (path) => remember(path, await readFile(path, 'utf8')),
    contains: async (_folder, path) => isInside(await realpath(root), await realpath(path).catch(() => '/')),
    existsSync,
    readFileSync: (path) => remember(path, readFileSync(path, 'utf8')),
  };
  return { fs, fileOf: (source) => files.get(source) };
}

function isInside(root: string, path: string): boolean {
  const way = relative(root, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && resolve(root, way) === path;
}
