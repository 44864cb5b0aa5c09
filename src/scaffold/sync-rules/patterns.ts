import { posix } from 'node:path';
import type { ProjectFiles } from '../project-files.ts';
import type { Copy, CopyUnit } from './copies.ts';
import { classify, isBesideProgram, isNeverSynced, namesPackages } from './file-kinds.ts';
import type { Reloader } from './reloader.ts';
import { folderOf, type UnitPlace, unitPlaces } from './unit-places.ts';

/** Files and where they go; `to` is a folder unless `isFile`. */
export interface SyncPattern {
  readonly from: string;
  readonly to: string;
  readonly isFile: boolean;
  readonly run?: readonly string[];
}

interface Context {
  readonly files: ProjectFiles;
  readonly reloader: Reloader;
  /** what is copied afterwards, and may lie over it */
  readonly later: readonly Copy[];
  /** places in the container that more than one file is copied to */
  readonly contested: ReadonlySet<string>;
}

/** A file of the context, its place in the container, and whether the program notices it. */
interface Placed {
  readonly path: string;
  readonly kind: 'noticed' | 'idle' | 'other';
}

/**
 * The patterns that take in the files of a copied thing that the program notices, and no file that needs a rebuild:
 * `src/**` where all of a folder is noticed, `src/**\/*.py` where only some is, `*.py` at the top. Pure.
 */
export function patternsFor(unit: CopyUnit, context: Context): readonly SyncPattern[] {
  const patterns = allPatterns(unit, context);
  return unit.kind === 'pattern' ? patterns : patterns.filter(({ from }) => isPlain(from));
}

/** A name that a pattern would take for something else (`[slug].js`) stays out: it is built. Pure. */
export function isPlain(from: string): boolean {
  return !/[?[\]\\]|^[!#]/.test(from) && !/\*/.test(from.replace(/(^|\/)\*\*$|(^|\/)(\*\*\/)?\*\.\w+$/, ''));
}

function allPatterns(unit: CopyUnit, context: Context): readonly SyncPattern[] {
  const { from, to } = unit;
  const placed = unitPlaces(unit, context.files.paths)
    .filter(({ path }) => !isNeverSynced(path))
    .map((place) => ({ path: place.path, kind: kindOf(place, context) }));
  if (unit.kind === 'file') return placed.some(isNoticed) ? [{ from, to, isFile: true }] : [];
  if (unit.kind === 'pattern') {
    const isFine = placed.some(isNoticed) && !placed.some(({ kind }) => kind === 'other');
    return isFine ? [{ from, to, isFile: false }] : ofFiles(placed.filter(isNoticed), unit, folderOf(from));
  }
  if (from !== '' && !isProject(placed, from)) return ofFolder(from, to, placed);
  const own = placed.filter(({ path }) => !isBesideProgram(posix.relative(from, path)));
  return [...ofTop(own, unit), ...ofSubfolders(own, unit)];
}

const isNoticed = ({ kind }: Placed): boolean => kind === 'noticed';

const holdsMore = (placed: readonly Placed[]): boolean => placed.some(({ kind }) => kind === 'other');

/** A project of its own in a folder is taken apart like the context itself. */
const isProject = (placed: readonly Placed[], folder: string): boolean =>
  placed.some(({ path }) => folderOf(path) === folder && namesPackages(path));

/** All of a folder, or the kinds of files in it that are noticed. */
function ofFolder(from: string, to: string, placed: readonly Placed[]): readonly SyncPattern[] {
  const noticed = placed.filter(isNoticed);
  if (noticed.length === 0) return [];
  if (!holdsMore(placed)) return [{ from: `${from}/**`, to, isFile: false }];
  return usable(placed, noticed).map((extension) => ({
    from: `${from}/**/*${extension}`,
    to,
    isFile: false,
  }));
}

/** Files that lie in the copied folder itself: by extension, or one by one where one of that extension is not noticed. */
function ofTop(placed: readonly Placed[], unit: CopyUnit): readonly SyncPattern[] {
  const top = placed.filter(({ path }) => folderOf(path) === unit.from);
  const noticed = top.filter(isNoticed);
  const extensions = usable(top, noticed);
  const single = noticed.filter(({ path }) => !extensions.includes(posix.extname(path)));
  const prefix = unit.from === '' ? '' : `${unit.from}/`;
  return [
    ...extensions.map((extension) => ({ from: `${prefix}*${extension}`, to: unit.to, isFile: false })),
    ...ofFiles(single, unit, unit.from),
  ];
}

function ofSubfolders(placed: readonly Placed[], { from, to }: CopyUnit): readonly SyncPattern[] {
  const names = new Set(
    placed
      .map(({ path }) => posix.relative(from, path))
      .flatMap((path) => (path.includes('/') ? (path.split('/')[0] ?? '') : [])),
  );
  return [...names].sort().flatMap((name) => {
    const folder = posix.join(from, name);
    return ofFolder(
      folder,
      posix.join(to, name),
      placed.filter(({ path }) => path.startsWith(`${folder}/`)),
    );
  });
}

function ofFiles(placed: readonly Placed[], { to }: CopyUnit, base: string): readonly SyncPattern[] {
  return placed.map(({ path }) => ({
    from: path,
    to: posix.join(to, posix.relative(base, path)),
    isFile: true,
  }));
}

/** Extensions of which every file is noticed. */
function usable(all: readonly Placed[], noticed: readonly Placed[]): readonly string[] {
  const others = new Set(all.filter(({ kind }) => kind === 'other').map(({ path }) => posix.extname(path)));
  const extensions = new Set(noticed.map(({ path }) => posix.extname(path)));
  return [...extensions].filter((extension) => extension !== '' && !others.has(extension)).sort();
}

function kindOf({ path, to }: UnitPlace, { reloader, later, contested }: Context): Placed['kind'] {
  return contested.has(to) || isCovered(to, later) ? 'other' : classify(path, to, reloader);
}

/** Whether something from another stage is copied over a file. */
function isCovered(to: string, later: readonly Copy[]): boolean {
  return later.some(
    ({ isForeign, to: over }) =>
      isForeign && over !== undefined && (to === over || to.startsWith(`${over === '/' ? '' : over}/`)),
  );
}
