import { posix } from 'node:path';
import { expandVariables } from '../../build/expand-variables.ts';
import { baseImage } from '../dockerfile/base-images.ts';
import { argumentText, jsonWords } from '../dockerfile/instruction-text.ts';
import { resolveIn, type Step, type WalkedStage } from '../dockerfile/walk-stage.ts';
import type { ProjectFiles } from '../project-files.ts';
import { fitsName } from './fits-name.ts';
import { unitPlaces } from './unit-places.ts';

/** One thing of the build context and where it ends up. */
export interface CopyUnit {
  /** `folder`: what is in it; `pattern`: files of one folder that fit its last part; relative to the context, '' is all of it */
  readonly kind: 'folder' | 'file' | 'pattern';
  readonly from: string;
  /** absolute; of a pattern the folder */
  readonly to: string;
}

/** A COPY or ADD line. */
export interface Copy {
  /** index of its step in the stage */
  readonly index: number;
  readonly line: number;
  /** as written, on one line */
  readonly text: string;
  readonly units: readonly CopyUnit[];
  /** absolute destination; undefined when it is not known */
  readonly to: string | undefined;
  /** whether the files come from another stage or image */
  readonly isForeign: boolean;
  /** of --chown, without the group */
  readonly owner?: string;
  /** of --chmod */
  readonly mode?: string;
  /** why it is not known what ends up where */
  readonly unclear?: string;
}

/** The COPY and ADD lines of a stage with what they put where. Pure. */
export function copiesOf(stage: WalkedStage, files: ProjectFiles): readonly Copy[] {
  const known = new Set(baseImage(stage.base)?.serves ?? []);
  return stage.steps.flatMap((step, index): Copy[] => {
    const { instruction, workingDir } = step;
    if (workingDir !== undefined) known.add(workingDir);
    if (instruction.keyword !== 'COPY' && instruction.keyword !== 'ADD') return [];
    const copy = toCopy(step, index, files, known);
    for (const folder of foldersOf(copy.units, files)) known.add(folder);
    return [copy];
  });
}

/** The folders that are there once these are copied. */
function foldersOf(units: readonly CopyUnit[], { paths }: ProjectFiles): readonly string[] {
  const inner = units.flatMap((unit) => unitPlaces(unit, paths)).map(({ to }) => posix.dirname(to));
  const outer = units.filter(({ kind }) => kind !== 'file').map(({ to }) => to);
  const folders = new Set<string>();
  for (const folder of [...inner, ...outer]) {
    for (let at = folder; at !== '/' && !folders.has(at); at = posix.dirname(at)) folders.add(at);
  }
  return [...folders];
}

function toCopy(step: Step, index: number, files: ProjectFiles, known: ReadonlySet<string>): Copy {
  const { instruction, variables, workingDir } = step;
  const expand = (text: string) => expandVariables(text, variables);
  const words = jsonWords(argumentText(instruction)) ?? instruction.words.map(({ text }) => text);
  const sources = words.slice(0, -1).map(expand);
  const written = expand(words.at(-1) ?? '');
  const to = written === '' ? undefined : resolveIn(workingDir, written);
  const flag = (name: string) => instruction.flags.find((candidate) => candidate.name === name)?.text;
  const isForeign = flag('from') !== undefined;
  const owner = flag('chown');
  const mode = flag('chmod');
  const unclear = whyUnclear(
    instruction.flags.map(({ name }) => name),
    to,
  );
  const isFolder = sources.length > 1 || /(^|\/)\.?$/.test(written) || known.has(to ?? '');
  const isOurs = !isForeign && unclear === undefined && to !== undefined;
  return {
    index,
    line: instruction.line,
    text: instruction.text,
    units: isOurs ? sources.flatMap((source) => unitsOf(source, to, isFolder, files)) : [],
    to,
    isForeign,
    ...(owner === undefined ? {} : { owner: expand(owner).split(':')[0] ?? '' }),
    ...(mode === undefined ? {} : { mode: expand(mode) }),
    ...(unclear === undefined || isForeign ? {} : { unclear }),
  };
}

function whyUnclear(flags: readonly string[], to: string | undefined): string | undefined {
  const flag = flags.find((name) => name === 'parents' || name === 'exclude');
  if (flag !== undefined) return `--${flag} is not understood by rockpool`;
  if (flags.includes('chmod')) return '--chmod gives them other modes than a sync would';
  return to === undefined
    ? 'the folder that it goes to is that of the base image, which is not known'
    : undefined;
}

/** Text in the Dockerfile itself, what ADD fetches, and archives that it takes apart. */
const NO_PLAIN_FILE = /^<<|:\/\/|^git@|\.(tar|tar\.\w+|tgz|tbz2?|txz)$/;

function unitsOf(
  source: string,
  to: string,
  isFolder: boolean,
  { paths }: ProjectFiles,
): readonly CopyUnit[] {
  if (NO_PLAIN_FILE.test(source)) return [];
  const from = posix
    .normalize(source)
    .replace(/^(\.?\/)+/, '')
    .replace(/\/$/, '')
    .replace(/^\.$/, '');
  if (/[*?[\\]/.test(from)) return matchesOf(from, to, isFolder, paths);
  if (paths.includes(from)) {
    return [{ kind: 'file', from, to: isFolder ? posix.join(to, posix.basename(from)) : to }];
  }
  const isThere = from === '' || paths.some((path) => path.startsWith(`${from}/`));
  return isThere ? [{ kind: 'folder', from, to }] : [];
}

/** Files that match in one folder are one unit; folders that match lose their name, so each is one. */
function matchesOf(
  pattern: string,
  to: string,
  isFolder: boolean,
  paths: readonly string[],
): readonly CopyUnit[] {
  const parts = pattern.split('/');
  const names = new Set(paths.map((path) => path.split('/').slice(0, parts.length).join('/')));
  const matches = [...names]
    .filter((name) => name.split('/').length === parts.length && fits(name, parts))
    .sort();
  const files = matches.filter((name) => paths.includes(name));
  const folders = matches.filter((name) => !paths.includes(name));
  const isOnePattern = isFolder && !/[*?[\\]/.test(parts.slice(0, -1).join('/')) && folders.length === 0;
  const units: CopyUnit[] = folders.map((from) => ({ kind: 'folder', from, to }));
  if (isOnePattern && files.length > 0) return [{ kind: 'pattern', from: pattern, to }];
  return [
    ...units,
    ...files.map(
      (from): CopyUnit => ({ kind: 'file', from, to: isFolder ? posix.join(to, posix.basename(from)) : to }),
    ),
  ];
}

const fits = (name: string, pattern: readonly string[]): boolean =>
  name.split('/').every((part, index) => fitsName(part, pattern[index] ?? ''));
