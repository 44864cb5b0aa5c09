import type { ProjectFiles } from '../../../src/scaffold/project-files.ts';

/** Files of a build context by their text. */
export function filesOf(texts: Readonly<Record<string, string>>): ProjectFiles {
  return { paths: Object.keys(texts), text: (path) => texts[path] };
}
