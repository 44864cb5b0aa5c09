import { realpathSync } from 'node:fs';
import { delimiter, join, sep } from 'node:path';

export interface Start {
  /** of the process: the second word is rockpool's own file */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * How to start this rockpool again from a shell: by its name where the one on PATH is this one, through npx where npm put it
 * there for this run only, else by its file.
 */
export function ownCommand({ argv, env }: Start): string {
  const file = argv[1] ?? 'rockpool';
  const own = realPath(file);
  const places = (env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => realPath(join(folder, 'rockpool')) === own);
  if (own === undefined || places.some((folder) => !isOfNpm(folder))) return 'rockpool';
  return places.length > 0 ? 'npx rockpool' : shellWord(file);
}

/** A word as a shell takes it. Pure. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** npm and npx put these on the PATH of what they run, and of nothing else. */
const isOfNpm = (folder: string): boolean => folder.endsWith(join('node_modules', '.bin').replace(/^/, sep));

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
