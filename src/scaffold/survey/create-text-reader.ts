import pLimit from 'p-limit';
import { readText } from './read-text.ts';
import type { FoundText } from './survey.ts';

/** A project with more of a kind of files than this, or more text in all, is not one to guess about. */
const LIMITS = { files: 2000, characters: 50_000_000 };

export interface ReadTexts {
  readonly texts: readonly FoundText[];
  /** in words */
  readonly notRead: readonly string[];
}

/**
 * Reads files of a project, each once, a few at a time; YAML before JSON, of which there is most that is nothing to us.
 * At most 2,000 for one call and 50 million characters in all: what was not read for that is told.
 */
export function createTextReader(
  root: string,
  signal: AbortSignal,
  limits = LIMITS,
): (paths: readonly string[]) => Promise<ReadTexts> {
  const limit = pLimit(16);
  const known = new Map<string, Promise<string | undefined>>();
  let characters = 0;
  const read = (path: string) =>
    limit(async () => {
      signal.throwIfAborted();
      if (characters > limits.characters) return undefined;
      const text = await readText(root, path);
      characters += text?.length ?? 0;
      return text;
    });
  return async (paths) => {
    const ordered = [...paths].sort((a, b) => Number(a.endsWith('.json')) - Number(b.endsWith('.json')));
    const texts = ordered.slice(0, limits.files).map(async (path): Promise<FoundText[]> => {
      const reading = known.get(path) ?? read(path);
      known.set(path, reading);
      const source = await reading;
      return source === undefined ? [] : [{ path, source }];
    });
    const all = (await Promise.all(texts)).flat();
    const more = paths.length - limits.files;
    const notRead = more > 0 ? [`${more} more files like ${ordered[limits.files]} were not read`] : [];
    const isFull = characters > limits.characters;
    return { texts: all, notRead: isFull ? [...notRead, 'there is more text than was read'] : notRead };
  };
}
