import { posix } from 'node:path';
import { baseImage, type Language } from './base-images.ts';

/** Files at the top of a program's folder that tell its language, the surer ones first. */
const SIGNS: readonly (readonly [RegExp, Language])[] = [
  [/^(go\.mod|main\.go)$/, 'go'],
  [/^Cargo\.toml$/, 'rust'],
  [/^(pom\.xml|build\.gradle(\.kts)?)$/, 'java'],
  [/\.(cs|fs|vb)proj$/, 'dotnet'],
  [/^(pyproject\.toml|requirements[\w.-]*\.txt|setup\.py|Pipfile|manage\.py)$/, 'python'],
  [/^(Gemfile|config\.ru)$/, 'ruby'],
  [/^composer\.json$/, 'php'],
  [/^package\.json$/, 'node'],
  [/\.py$/, 'python'],
  [/\.[cm]?js$/, 'node'],
  [/\.rb$/, 'ruby'],
  [/\.php$/, 'php'],
  [/^index\.html?$/, 'static'],
];

/**
 * The language of a program: by the images that its stages are made from, the last one first, else by its files. A web
 * server that is filled by another stage is `static`. Undefined when nothing tells. Pure.
 * @param bases images of the stages, in the order of the file
 * @param paths of the build context
 */
export function languageOf(bases: readonly string[], paths: readonly string[]): Language | undefined {
  const byBase = bases
    .map((base) => baseImage(base)?.language)
    .findLast((language) => language !== undefined);
  const found = byBase ?? languageOfFiles(paths);
  return found === 'node' && paths.some((path) => /^([^/]+\/)?tsconfig(\.\w+)?\.json$/.test(path))
    ? 'typescript'
    : found;
}

function languageOfFiles(paths: readonly string[]): Language | undefined {
  const top = paths.filter((path) => !path.includes('/'));
  const names = (top.length > 0 ? top : paths).map((path) => posix.basename(path));
  return SIGNS.find(([sign]) => names.some((name) => sign.test(name)))?.[1];
}
