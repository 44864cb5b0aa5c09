import { createDockerIgnore, type DockerIgnore } from '../../build/docker-ignore.ts';

/**
 * Reads .gitignore text for the folder it lies in, in the plain forms that people use: names, paths, `*`, `**`, a slash
 * at the end, `!`. Pure. Answers whether a path in that folder (relative to it) is ignored.
 */
export function createGitIgnore(text: string): (path: string, isFolder: boolean) => boolean {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((line) => line.replace(/(?<!\\)\s+$/, ''))
    .filter((line) => line !== '' && !line.startsWith('#'));
  const forFolders = createDockerIgnore(lines.map(rooted).join('\n'));
  const forFiles: DockerIgnore = createDockerIgnore(
    lines
      .filter((line) => !line.endsWith('/'))
      .map(rooted)
      .join('\n'),
  );
  return (path, isFolder) => (isFolder ? forFolders : forFiles).ignores(path);
}

/** A pattern without a slash in it holds at every depth; one with a slash from the folder of the file on. */
function rooted(line: string): string {
  const [, not = '', pattern = ''] = /^(!?)(.*?)\/?$/.exec(line) ?? [];
  if (pattern.startsWith('/')) return `${not}${pattern.slice(1)}`;
  return pattern.includes('/') ? `${not}${pattern}` : `${not}**/${pattern}`;
}
