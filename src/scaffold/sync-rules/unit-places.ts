import { posix } from 'node:path';
import type { Copy, CopyUnit } from './copies.ts';
import { fitsName } from './fits-name.ts';

/** A file of the build context and where a COPY line puts it. */
export interface UnitPlace {
  readonly path: string;
  /** absolute, in the container */
  readonly to: string;
}

/** Where the files of a copied thing go. Pure. */
export function unitPlaces({ kind, from, to }: CopyUnit, paths: readonly string[]): readonly UnitPlace[] {
  if (kind === 'file') return [{ path: from, to }];
  const base = kind === 'pattern' ? folderOf(from) : from;
  const isIn = (path: string) =>
    kind === 'folder'
      ? from === '' || path.startsWith(`${from}/`)
      : folderOf(path) === base && fitsName(posix.basename(path), posix.basename(from));
  return paths.filter(isIn).map((path) => ({ path, to: posix.join(to, posix.relative(base, path)) }));
}

/** Places in the container that COPY lines put more than one file of the context to: which one is there is theirs to say. Pure. */
export function contestedPlaces(copies: readonly Copy[], paths: readonly string[]): ReadonlySet<string> {
  const owners = new Map<string, string>();
  const contested = new Set<string>();
  for (const { path, to } of copies.flatMap(({ units }) =>
    units.flatMap((unit) => unitPlaces(unit, paths)),
  )) {
    if ((owners.get(to) ?? path) !== path) contested.add(to);
    owners.set(to, path);
  }
  return contested;
}

/** '' for a path without folders, unlike dirname. Pure. */
export const folderOf = (path: string): string => (path.includes('/') ? posix.dirname(path) : '');
