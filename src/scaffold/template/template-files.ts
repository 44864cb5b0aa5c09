import { join } from 'node:path';
import { type FileProblem, listTemplatePaths } from './list-template-paths.ts';
import { type Collision, nameCollisions } from './name-collisions.ts';
import { pathPattern } from './path-pattern.ts';
import { bytesInWords, readPlainFile } from './read-plain-file.ts';
import { TEMPLATE_FILE } from './read-template-head.ts';
import type { TemplateFile } from './template.ts';

/** Of all files of a template together: they are held in memory. */
const MAX_BYTES = 10_000_000;

/** npm leaves these out of packages, so a template brings them under another name. */
const RENAMED = new Map([
  ['_gitignore', '.gitignore'],
  ['_npmrc', '.npmrc'],
]);

export interface ReadFiles {
  readonly files: readonly TemplateFile[];
  readonly problems: readonly FileProblem[];
}

/**
 * Reads every file that a template brings, in the order of their paths, and tells what is wrong with them. Rejects only
 * with the signal's reason. @param leave patterns of what is not copied
 */
export async function readTemplateFiles(
  folder: string,
  leave: readonly string[],
  signal: AbortSignal,
): Promise<ReadFiles> {
  const left = leave.map(pathPattern);
  const listed = await listTemplatePaths(folder, (path) => left.some((matches) => matches(path)), signal);
  const problems = [...listed.problems];
  const files: TemplateFile[] = [];
  let room = MAX_BYTES;
  for (const source of listed.paths) {
    signal.throwIfAborted();
    const file = await readPlainFile(join(folder, source), MAX_BYTES);
    if ('problem' in file) problems.push({ path: source, words: file.problem });
    else files.push({ source, path: projectPath(source), ...file });
    room -= 'content' in file ? file.content.length : 0;
    if (room < 0) {
      problems.push({ path: '', words: `is larger than ${bytesInWords(MAX_BYTES)}` });
      break;
    }
  }
  const paths = [TEMPLATE_FILE, ...files.map(({ path }) => path)];
  return { files, problems: [...problems, ...nameCollisions(paths).map(inWords)] };
}

function projectPath(source: string): string {
  const parts = source.split('/');
  const name = parts.pop() ?? '';
  return [...parts, RENAMED.get(name) ?? name].join('/');
}

function inWords({ first, second }: Collision): FileProblem {
  const words =
    first === second
      ? 'is brought twice (_gitignore becomes .gitignore, _npmrc becomes .npmrc)'
      : `and ${first} are one file where names may not differ by case or by Unicode form alone`;
  return { path: second, words };
}
