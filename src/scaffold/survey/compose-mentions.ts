import { posix } from 'node:path';
import type { FoundText } from './survey.ts';

/** Of what is mounted, configuration is what counts: folders of that have fewer. */
const MAX_FILES = 300;

/** Files that compose files name, or that lie in folders which they name: secrets, configurations, what is mounted. Pure. */
export function composeMentions(texts: readonly FoundText[], files: readonly string[]): readonly string[] {
  const named = new Set(texts.flatMap(wordsOf));
  const isNamed = (path: string): boolean => {
    for (let part = path; part !== '.'; part = posix.dirname(part)) if (named.has(part)) return true;
    return false;
  };
  return files.filter(isNamed).slice(0, MAX_FILES);
}

/** Everything that could be a path, relative to the project. */
function wordsOf({ path, source }: FoundText): readonly string[] {
  const words = source.match(/[^\s"'[\]{},:]+/g) ?? [];
  return words.map((word) => posix.join(posix.dirname(path), word).replace(/\/$/, ''));
}
