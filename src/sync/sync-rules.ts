import { posix } from 'node:path';
import { createDockerIgnore } from '../build/docker-ignore.ts';

/** As rockpool.yaml writes it: `from` is a pattern of .dockerignore's syntax, relative to the build context. */
export interface SyncRule {
  readonly from: string;
  /** absolute, in the container */
  readonly to: string;
  readonly run?: readonly string[];
  readonly restart: boolean;
}

/** Where a changed file of a build context goes in a container. */
interface SyncPlace {
  /** absolute path in the container */
  readonly to: string;
  /** of the rule */
  readonly run?: readonly string[];
}

/** Finds the places of a file, given relative to the build context; none: no rule fits, and the image is rebuilt. */
export type SyncRules = (file: string) => readonly SyncPlace[];

/**
 * Reads the `sync` rules of an image. Of a pattern, the path up to its first wildcard is left out and the rest put under
 * `to`: `src/**` to `/app/src` writes `src/a/b.ts` to `/app/src/a/b.ts`. Of a file without wildcard, `to` is the file
 * itself unless it ends in `/`. A rule that asks for a restart fits nothing: that is done by a rebuild for now. Pure.
 */
export function readSyncRules(rules: readonly SyncRule[], update: string): SyncRules {
  if (update === 'roll' || update === 'swap') return () => [];
  const usable = rules.filter(({ restart }) => !restart);
  const matchers = usable.map((rule) => ({ rule, pattern: createDockerIgnore('', [patternOf(rule)]) }));
  return (file) =>
    matchers
      .filter(({ pattern }) => pattern.ignores(file))
      .map(({ rule }) => ({ to: placeOf(rule, file), ...(rule.run ? { run: rule.run } : {}) }));
}

/** The whole build context, which no pattern of .dockerignore can mean. */
const patternOf = ({ from }: SyncRule): string => (/^\.?\/*$/.test(posix.normalize(from)) ? '**' : from);

function placeOf({ from, to }: SyncRule, file: string): string {
  const parts = posix.normalize(from).replace(/^\/+/, '').split('/');
  const wild = parts.findIndex((part) => /[*?[]/.test(part));
  const fixed = (wild < 0 ? parts : parts.slice(0, wild)).join('/').replace(/\/$/, '');
  if (fixed === file) return to.endsWith('/') ? posix.join(to, posix.basename(file)) : posix.normalize(to);
  const rest = fixed === '' || fixed === '.' ? file : file.slice(fixed.length + 1);
  return posix.join(to, rest);
}
