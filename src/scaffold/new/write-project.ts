import { chmod, mkdir, mkdtemp, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { RockpoolError } from '../../session/failure.ts';
import type { FilledFile } from '../template/fill-template.ts';
import { visibleText } from '../template/visible-text.ts';
import { moveInto } from './move-into.ts';
import { findTaken, type ProjectPlace } from './project-place.ts';

export interface WriteProject {
  readonly place: ProjectPlace;
  readonly files: readonly FilledFile[];
  /** adds what belongs to the project besides its files, in the folder given, which is not the final one */
  finish(folder: string): Promise<void>;
}

/**
 * Writes a project beside its place, and renames it there when it is whole: until then the place is as it was. Into a
 * folder that has files, its entries are moved one by one, and taken back when one of them cannot be. Never overwrites.
 * What a killed process leaves is beside the place and begins with `.rockpool-new-`. Rejects with the signal's reason, or
 * a RockpoolError of code FOLDER_TAKEN (exit code 2) or PROJECT_UNWRITABLE, nothing written.
 */
export async function writeProject(
  { place, files, finish }: WriteProject,
  signal: AbortSignal,
): Promise<void> {
  await refuseTaken(place, files);
  signal.throwIfAborted();
  const stage = await makeStage(place).catch((error: Error) => unwritable(place, error));
  try {
    const folder = join(stage, placeInStage(place));
    await writeFiles(folder, files, signal);
    await finish(folder);
    signal.throwIfAborted();
    await putInPlace(stage, folder, place);
  } catch (error) {
    if (error instanceof Error && 'syscall' in error) unwritable(place, error);
    throw error;
  } finally {
    // What cannot be taken away tells by its name what it is; the project is made, or its error told.
    await rm(stage, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
  }
}

/** Names everything that is there already. */
async function refuseTaken(place: ProjectPlace, files: readonly FilledFile[]): Promise<void> {
  const taken = await findTaken(
    place,
    files.map(({ path }) => path),
  );
  if (taken.length > 0) throw takenError(place, taken);
}

/**
 * On the file system of the place, so that a rename does. In the place itself only where nothing can be made beside it: a
 * parent that may not be written, a mount.
 */
async function makeStage({ folder, base, state }: ProjectPlace): Promise<string> {
  const prefix = `.rockpool-new-${basename(folder).slice(0, MAX_NAME)}-`;
  if (state === 'missing') return mkdtemp(join(base, prefix));
  const parent = dirname(folder);
  const isBeside = parent !== folder && (await stat(parent)).dev === (await stat(folder)).dev;
  if (!isBeside) return mkdtemp(join(folder, prefix));
  return mkdtemp(join(parent, prefix)).catch((error: NodeJS.ErrnoException) => {
    if (!['EACCES', 'EPERM', 'EROFS'].includes(error.code ?? '')) throw error;
    return mkdtemp(join(folder, prefix));
  });
}

/** A name has 255 bytes at most, and a character up to four. */
const MAX_NAME = 40;

/** Folders above the project that are missing are renamed into place with it. */
const placeInStage = ({ folder, base, state }: ProjectPlace): string =>
  state === 'missing' ? relative(base, folder) : 'project';

async function writeFiles(folder: string, files: readonly FilledFile[], signal: AbortSignal): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const { path, content, executable } of files) {
    signal.throwIfAborted();
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content, { flag: 'wx', mode: executable ? 0o777 : 0o666 });
  }
}

async function putInPlace(stage: string, folder: string, place: ProjectPlace): Promise<void> {
  if (place.state === 'used') return moveInto(folder, place.folder, (path) => takenError(place, [path]));
  const [top = ''] = placeInStage(place).split(sep);
  const target = place.state === 'missing' ? join(place.base, top) : place.folder;
  if (place.state === 'empty') await chmod(folder, (await stat(target)).mode & 0o7777);
  await rename(join(stage, top), target).catch((error: NodeJS.ErrnoException) => {
    const isTaken = ['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(error.code ?? '');
    throw isTaken ? takenError(place, []) : error;
  });
}

function takenError({ shown }: ProjectPlace, paths: readonly string[]): RockpoolError {
  const [what, output] =
    paths.length === 0
      ? ['something now that was not there before', {}]
      : ['files of the template already', { output: paths.join('\n') }];
  const hint = 'Name another folder, or move them away.';
  const message = `${shown} has ${what}. rockpool new overwrites nothing; nothing was written.`;
  return new RockpoolError(
    { code: 'FOLDER_TAKEN', subject: 'new', message, ...output, hint },
    { exitCode: 2 },
  );
}

/** Node's message without the temporary path. */
function unwritable({ shown, base }: ProjectPlace, cause: Error): never {
  const reason = cause.message.replace(/, \w+ '[\s\S]*$/, '');
  const message = `${shown} cannot be written in ${visibleText(base)}: ${reason}. Nothing was written.`;
  throw new RockpoolError({ code: 'PROJECT_UNWRITABLE', subject: 'new', message }, { cause });
}
