import { createDockerIgnore } from '../../build/docker-ignore.ts';
import { parseDockerfile } from '../../build/dockerfile.ts';
import { ownCommand } from '../dockerfile/own-command.ts';
import { programsOf } from '../dockerfile/programs.ts';
import { type WalkedStage, walkStage } from '../dockerfile/walk-stage.ts';
import type { ProjectFiles } from '../project-files.ts';
import type { LeftOut } from '../proposal.ts';
import { type Copy, copiesOf } from './copies.ts';
import { nginxConfigRule } from './nginx-config.ts';
import { ownersOf } from './owners.ts';
import { patternsFor } from './patterns.ts';
import { type Reloader, reloaderOf } from './reloader.ts';
import { transformerOf } from './transforms.ts';
import { contestedPlaces } from './unit-places.ts';
import { workingFiles } from './working-files.ts';

/** A rule for `sync` of an image, as rockpool.yaml writes it, and why it is right. */
export interface ProposedSync {
  /** pattern, relative to the build context */
  readonly from: string;
  /** absolute folder in the container, or the file itself where `from` is one file */
  readonly to: string;
  readonly run?: readonly string[];
  readonly restart?: true;
  /** "COPY src ./src (web/Dockerfile:12), reloaded by node --watch" */
  readonly reason: string;
}

export interface SyncProposal {
  readonly rules: readonly ProposedSync[];
  /** COPY lines that were looked at and are better rebuilt, and why */
  readonly leftOut: readonly LeftOut[];
}

export interface SyncQuery {
  /** text of the Dockerfile */
  readonly source: string;
  /** as reasons name it; default: `Dockerfile` */
  readonly file?: string;
  /** default: the last stage */
  readonly target?: string;
  readonly args?: Readonly<Record<string, string>>;
  /** the build context */
  readonly files: ProjectFiles;
  /** text of the .dockerignore in force */
  readonly ignore?: string;
  /** what runs instead of the image's own ENTRYPOINT and CMD, in words */
  readonly command?: readonly string[];
  /** variables that are set when it runs */
  readonly env?: Readonly<Record<string, string>>;
  /** folders in the container where the project's owners use the sources as they are, whatever the build made of them */
  readonly mounted?: readonly string[];
}

/**
 * Sync rules from the COPY lines of a Dockerfile, only where syncing does what a rebuild would: files that are used as
 * they were copied, by a program that notices changes by itself (a hot reloader in its command, a web server of static
 * files), in folders that it may write to. Everything else is left to the rebuild, which is always right. Pure; never
 * throws.
 */
export function proposeSync(query: SyncQuery): SyncProposal {
  const { source, file = 'Dockerfile', target, args = {}, ignore = '' } = query;
  const walked = walkStage(parseDockerfile(source, args, 'linux/amd64'), target, args);
  if (!walked) return { rules: [], leftOut: [] };
  const stage = { ...walked, env: new Map([...walked.env, ...Object.entries(query.env ?? {})]) };
  const ignored = createDockerIgnore(ignore);
  const files = { ...query.files, paths: query.files.paths.filter((path) => !ignored.ignores(path)) };
  const copies = copiesOf(stage, files);
  if (!copies.some(({ units, unclear }) => units.length > 0 || unclear !== undefined))
    return { rules: [], leftOut: [] };
  const words = query.command ?? ownCommand(stage).words;
  const working = workingFiles(stage, files, copies);
  const reloader = reloaderOf(programsOf(words, working), stage, working);
  if (!reloader) return { rules: [], leftOut: [notNoticed(words, file)] };
  const contested = contestedPlaces(copies, files.paths);
  const around = { file, files, copies, stage, reloader, contested, mounted: query.mounted ?? [] };
  const outcomes = copies.map((copy) => ofCopy(copy, around));
  const rules = outcomes.flatMap((outcome) => outcome.rules);
  return {
    rules: rules.filter((rule, index) => rules.findLastIndex((other) => isSame(rule, other)) === index),
    leftOut: outcomes.flatMap((outcome) => outcome.leftOut),
  };
}

interface Surroundings {
  readonly file: string;
  readonly files: ProjectFiles;
  readonly copies: readonly Copy[];
  readonly stage: WalkedStage;
  readonly reloader: Reloader;
  readonly mounted: readonly string[];
  readonly contested: ReadonlySet<string>;
}

function ofCopy(copy: Copy, around: Surroundings): SyncProposal {
  const { file, files, copies, stage, reloader } = around;
  const place = `${copy.text} (${file}:${copy.line})`;
  const leave = (why: string): SyncProposal => ({ rules: [], leftOut: [`${place}: ${why}`] });
  if (copy.unclear !== undefined) return leave(copy.unclear);
  const later = copies.slice(copies.indexOf(copy) + 1);
  const patterns = copy.units.flatMap((unit) =>
    patternsFor(unit, { files, reloader, later, contested: around.contested }),
  );
  const config = copy.units.flatMap((unit) => nginxConfigRule(unit, reloader));
  if (patterns.length + config.length === 0) return { rules: [], leftOut: [] };
  const isMounted = copy.units.every(({ to }) => around.mounted.some((folder) => isWithin(to, folder)));
  const transformer = isMounted ? undefined : transformerOf(copy, stage, reloader);
  if (transformer) {
    return leave(`${transformer.text} (${file}:${transformer.line}) makes something of it, so it is rebuilt`);
  }
  const owners = ownersOf(stage, copies);
  const found = [...patterns, ...config];
  const writable = found.filter(({ to, isFile }) => owners.mayWrite(to, isFile));
  if (writable.length === 0) return leave(notWritable(stage.user));
  const how = (run: readonly string[] | undefined) => (run ? `nginx reads it again` : reloader.how);
  return {
    rules: writable.map(({ from, to, run }) => ({
      from,
      to,
      ...(run ? { run } : {}),
      reason: `${place}, ${how(run)}`,
    })),
    leftOut: [],
  };
}

const notWritable = (user = 'its user') =>
  `the program runs as ${user} and may not write there; with --chown=${user} it could be synced`;

function notNoticed(words: readonly string[], file: string): LeftOut {
  const command = words.length === 0 ? 'the command of the base image' : `"${words.join(' ')}"`;
  return `${file}: nothing is synced, since ${command} is not known to notice changed files`;
}

const isWithin = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);

const isSame = (a: ProposedSync, b: ProposedSync): boolean => a.from === b.from && a.to === b.to;
