import { posix } from 'node:path';
import type { Instruction } from '../../build/dockerfile-instructions.ts';
import { dockerfileStem } from '../survey/find-dockerfiles.ts';
import type { FoundDockerfile } from '../survey/survey.ts';

export interface ChosenContext {
  readonly context: string;
  /** why, when it is not the folder of the Dockerfile */
  readonly why?: string;
  /** sources of COPY lines that are nowhere: something has to make them first */
  readonly missing: readonly string[];
}

/** Files that are about a project, and none of it. */
const ABOUT =
  /(?:^|\/)(?:[^/]*(?:docker|container)file[^/]*|[^/]*\.ya?ml|\.[^/]*|README[^/]*|LICENSE[^/]*|Makefile)$/i;

/**
 * The build context of a Dockerfile: the nearest folder from its own upwards that has what its COPY and ADD lines
 * take. Pure.
 * @param paths every file and folder of the project
 */
export function chooseContext(
  { path, parsed }: Pick<FoundDockerfile, 'path' | 'parsed'>,
  paths: ReadonlySet<string>,
): ChosenContext {
  const sources = [...new Set(parsed.stages.flatMap(({ instructions }) => instructions).flatMap(copiedBy))];
  const candidates = candidatesFor(path, paths);
  const found = candidates.map((context) => sources.filter((source) => isThere(context, source, paths)));
  const most = Math.max(...found.map(({ length }) => length));
  const best = found.findIndex(({ length }) => length === most);
  const context = candidates[best] ?? posix.dirname(path);
  const missing = sources.filter((source) => !found[best]?.includes(source));
  if (context === posix.dirname(path)) return { context, missing };
  const telling = found[best]?.find((source) => !found[0]?.includes(source)) ?? '.';
  return {
    context,
    missing,
    why: telling === '.' ? `${posix.dirname(path)} holds no sources` : `it copies ${telling}`,
  };
}

/** The Dockerfile's folder, those above it, and one that is called like the Dockerfile. */
function candidatesFor(path: string, paths: ReadonlySet<string>): readonly string[] {
  const above: string[] = [];
  for (let folder = posix.dirname(path); ; folder = posix.dirname(folder)) {
    above.push(folder);
    if (folder === '.') break;
  }
  const stem = dockerfileStem(path);
  const named = stem === undefined ? [] : above.map((folder) => posix.join(folder, stem));
  return [...above, ...named.filter((folder) => paths.has(folder))];
}

/** Sources of COPY and ADD as they are in the context; not what comes from stages, URLs or heredocs. */
export function copiedBy({ keyword, flags, words }: Instruction): readonly string[] {
  if ((keyword !== 'COPY' && keyword !== 'ADD') || flags.some(({ name }) => name === 'from')) return [];
  const texts = words.map(({ text }) => text);
  const list = texts[0]?.startsWith('[')
    ? jsonList(texts.join(' '))
    : texts.map((text) => text.replace(/^["']|["']$/g, ''));
  return list
    .slice(0, -1)
    .filter((text) => !/^(?:[a-z]+:\/\/|git@|<<)/.test(text) && !text.includes('$'))
    .map((text) => posix.join('.', text.replace(/^\/+/, '')).replace(/\/$/, '') || '.');
}

function jsonList(text: string): readonly string[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
  } catch {
    return [];
  }
}

function isThere(context: string, source: string, paths: ReadonlySet<string>): boolean {
  if (source === '.' || source === '*') return hasSources(context, paths);
  if (!/[*?[]/.test(source)) return paths.has(posix.join(context, source));
  return [...paths].some((path) => posix.matchesGlob(path, posix.join(context, source)));
}

/** Whether a folder holds more than Dockerfiles and words about them. */
function hasSources(folder: string, paths: ReadonlySet<string>): boolean {
  const prefix = folder === '.' ? '' : `${folder}/`;
  return [...paths].some(
    (path) => path !== '.' && path.startsWith(prefix) && posix.extname(path) !== '' && !ABOUT.test(path),
  );
}
