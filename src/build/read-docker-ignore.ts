import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createDockerIgnore, type DockerIgnore } from './docker-ignore.ts';

export interface ReadIgnore {
  readonly ignore: DockerIgnore;
  /** all patterns, in .dockerignore's form */
  readonly text: string;
  /** absolute path of the file in force; absent when there is none */
  readonly file?: string;
}

/** Where ignore patterns of an image may stand, the one that wins first. Absolute. */
export function ignoreFiles(context: string, dockerfile: string): readonly string[] {
  return [`${dockerfile}.dockerignore`, join(context, '.dockerignore')];
}

/** The ignore rules of a build: `<dockerfile>.dockerignore` if there is one, else the context's .dockerignore. */
export async function readDockerIgnore(
  context: string,
  dockerfile: string,
  more: readonly string[] = [],
): Promise<ReadIgnore> {
  for (const file of ignoreFiles(context, dockerfile)) {
    const text = await readIfThere(file);
    if (text !== undefined) return { ...withPatterns(text, more), file };
  }
  return withPatterns('', more);
}

function withPatterns(text: string, more: readonly string[]) {
  return { ignore: createDockerIgnore(text, more), text: [text, ...more].join('\n') };
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EISDIR'].includes((error as NodeJS.ErrnoException).code ?? ''))
      return undefined;
    throw error;
  }
}
