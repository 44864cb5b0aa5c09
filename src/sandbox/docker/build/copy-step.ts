import { createReadStream } from 'node:fs';
import { mkdir, open, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { expandVariables } from '../../../build/expand-variables.ts';
import { type CopyOptions, copyTree } from '../files/copy-tree.ts';
import { insideImage } from '../files/inside.ts';
import { unpackArchive } from '../files/unpack-archive.ts';
import { resolvePath } from './configure.ts';
import { matchPaths, type Source } from './match-paths.ts';
import type { DockerInstruction } from './read-dockerfile.ts';
import { SolveError } from './solve-error.ts';
import { expandWord, parseExecForm, splitWords } from './words.ts';

/** A COPY or ADD, read and found. */
export interface CopyStep {
  readonly sources: readonly Source[];
  /** files of heredocs: name and content */
  readonly texts: readonly (readonly [name: string, text: string])[];
  /** absolute, in the image; ends with a slash when it is to be a folder */
  readonly to: string;
  readonly mode?: number;
  readonly unpacks: boolean;
}

/**
 * Finds what a COPY or ADD copies. Owners (`--chown`) mean nothing here and are passed over. Rejects with a SolveError:
 * BuildKit's for a source that is not there, the sandbox's for what it does not do.
 * @param root the folder that the sources are in
 */
export async function readCopy(
  { keyword, flags, rest, heredocs }: DockerInstruction,
  root: string,
  workingDir: string,
  variables: ReadonlyMap<string, string>,
): Promise<CopyStep> {
  const refused = flags.find(({ name }) => !['from', 'chown', 'chmod', 'link'].includes(name));
  if (refused) throw new SolveError(`the sandbox does not know ${keyword} --${refused.name}`);
  const words = parseExecForm(rest) ?? splitWords(rest).map((word) => expandWord(word, variables));
  const [to = '', ...reversed] = [...words].reverse();
  const paths = reversed.reverse().filter((word) => !/^<<-?/.test(word));
  const remote = keyword === 'ADD' && paths.find((word) => /^(?:https?|ftp|git|ssh):\/\/|^git@/.test(word));
  if (remote)
    throw new SolveError(`the sandbox fetches nothing: put ${remote} into the build context, and COPY it`);
  const sources = (await Promise.all(paths.map((path) => matchPaths(root, path)))).flat();
  const texts = heredocs.map(({ name, text, quoted }) => {
    return [name, quoted ? text : expandLines(text, variables)] as const;
  });
  const isFolder = /(?:^|\/)\.{0,2}$/.test(to) || paths.length + texts.length > 1;
  const mode = readMode(flags.find(({ name }) => name === 'chmod')?.value);
  return {
    sources,
    texts,
    to: `${resolvePath(workingDir, to)}${isFolder ? '/' : ''}`.replace(/^\/\/$/, '/'),
    ...(mode === undefined ? {} : { mode }),
    unpacks: keyword === 'ADD',
  };
}

/** Copies into the folder of an image. Files are replaced, never written in. @returns about how many bytes */
export async function copyStep(step: CopyStep, folder: string, signal: AbortSignal): Promise<number> {
  const target = await insideImage(folder, step.to);
  const intoFolder = step.to.endsWith('/') || (await isFolder(target));
  await mkdir(intoFolder ? target : dirname(target), { recursive: true });
  const options = {
    how: 'copy' as const,
    root: folder,
    ...(step.mode === undefined ? {} : { mode: step.mode }),
  };
  const place: CopyPlace = { target, intoFolder, options };
  let bytes = 0;
  for (const source of step.sources) bytes += await copySource(source, step.unpacks, place, signal);
  for (const [name, text] of step.texts) {
    const file = intoFolder ? join(target, name) : target;
    await rm(file, { recursive: true, force: true });
    await writeFile(file, text, { mode: step.mode ?? 0o644 });
    bytes += Buffer.byteLength(text);
  }
  return bytes;
}

interface CopyPlace {
  readonly target: string;
  readonly intoFolder: boolean;
  readonly options: CopyOptions;
}

async function copySource(
  source: Source,
  unpacks: boolean,
  { target, intoFolder, options }: CopyPlace,
  signal: AbortSignal,
): Promise<number> {
  const archive = unpacks && !source.isFolder ? await openArchive(source) : undefined;
  if (archive) {
    await mkdir(target, { recursive: true });
    await unpackArchive(archive, target, signal);
    return (await stat(source.file)).size;
  }
  const isInto = intoFolder && !source.isFolder;
  return copyTree(source.file, isInto ? join(target, basename(source.path)) : target, options, signal);
}

function expandLines(text: string, variables: ReadonlyMap<string, string>): string {
  const quotes = text.split('"').map((part) => expandVariables(part, variables));
  return quotes.join('"');
}

function readMode(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[0-7]{3,4}$/.test(text)) {
    throw new SolveError('the sandbox reads --chmod as an octal number, such as 755');
  }
  return Number.parseInt(text, 8);
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}

/** undefined: a file like any other */
async function openArchive({ path, file }: Source): Promise<Readable | undefined> {
  const handle = await open(file);
  const head = Buffer.alloc(264);
  await handle.read(head, 0, head.length, 0).finally(() => handle.close());
  if (head.toString('latin1', 257, 262) === 'ustar') return createReadStream(file);
  const isTar = /\.(?:tar|t[a-z]z2?)(?:\.|$)/.test(path);
  if (isTar && head.readUInt16BE(0) === 0x1f8b) return createReadStream(file).pipe(createGunzip());
  if (isTar) throw new SolveError(`ADD of ${path}: the sandbox unpacks tar and tar.gz only`);
  return undefined;
}
