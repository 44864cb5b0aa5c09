import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { RockpoolError } from '../../session/failure.ts';
import { visibleText } from '../template/visible-text.ts';

/** Where a project is to be written. */
export interface ProjectPlace {
  /** absolute; links are followed */
  readonly folder: string;
  /** as people named it */
  readonly shown: string;
  /** the nearest folder that is there: the project's own, or one above it */
  readonly base: string;
  /** `missing`: the folder is not there; `empty`: it can be put in the place of; `used`: only put into */
  readonly state: 'missing' | 'empty' | 'used';
}

/** Looks what is there. Rejects with a RockpoolError of code FOLDER_TAKEN (exit code 2) when it can be no folder. */
export async function findPlace(cwd: string, named: string): Promise<ProjectPlace> {
  const wanted = resolve(cwd, named);
  const shown = visibleText(named);
  const nearest = await nearestThatIs(wanted);
  const base = await realpath(nearest).catch(() => undefined);
  if (base === undefined || !(await stat(base)).isDirectory()) throw noFolder(nearest);
  if (nearest !== wanted)
    return { folder: join(base, relative(nearest, wanted)), shown, base, state: 'missing' };
  return { folder: base, shown, base, state: (await isReplaceable(base, cwd)) ? 'empty' : 'used' };
}

/** Files of the project that are there already, or in the way of its folders; sorted. */
export async function findTaken(
  { folder, state }: ProjectPlace,
  paths: readonly string[],
): Promise<readonly string[]> {
  if (state !== 'used') return [];
  const found = await Promise.all(paths.map((path) => inTheWay(folder, path)));
  return [...new Set(found.flatMap((path) => path ?? []))].sort();
}

/** A link that leads nowhere is there, too. */
async function nearestThatIs(path: string): Promise<string> {
  for (let folder = path; ; folder = dirname(folder)) {
    const found = await lstat(folder).catch(() => undefined);
    if (found || folder === dirname(folder)) return folder;
  }
}

/** Neither is a shell's own folder replaced, which would leave the shell in a deleted one, nor a mount. */
async function isReplaceable(folder: string, cwd: string): Promise<boolean> {
  const isHere = folder === (await realpath(cwd));
  if (isHere || (await readdir(folder)).length > 0) return false;
  return (await stat(folder)).dev === (await stat(dirname(folder))).dev;
}

/** The file itself, or something that is no folder where one on the way to it must be. */
async function inTheWay(folder: string, path: string): Promise<string | undefined> {
  const parts = path.split('/');
  for (const [index] of parts.entries()) {
    const part = parts.slice(0, index + 1).join('/');
    const found = await lstat(join(folder, part)).catch(() => undefined);
    if (!found) return undefined;
    if (!found.isDirectory() || part === path) return part;
  }
  return undefined;
}

function noFolder(path: string): RockpoolError {
  const message = `${visibleText(path)} is no folder: no project can be written there.`;
  return new RockpoolError(
    { code: 'FOLDER_TAKEN', subject: 'new', message, hint: 'Name another folder.' },
    { exitCode: 2 },
  );
}
