import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProjectFiles } from '../../src/scaffold/project-files.ts';

/** The files of a folder, as importers are given them. */
export function projectFiles(folder: string): ProjectFiles {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
  return {
    paths,
    text: (path) => (paths.includes(path) ? readFileSync(join(folder, path), 'utf8') : undefined),
  };
}
