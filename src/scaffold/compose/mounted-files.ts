import { posix } from 'node:path';
import type { ProjectFiles } from '../project-files.ts';
import type { SketchFile } from '../proposal.ts';
import type { BindMount } from './read-volumes.ts';

/** What fits a ConfigMap with room to spare (its limit is 1 MiB), and a person would put into one. */
const MAX_LENGTH = 200_000;
const MAX_FILES = 20;

/**
 * What compose mounts of the project as files for a ConfigMap: one file, or a folder of a few. Undefined when it is not
 * in the project, too much, or no text. Pure.
 */
export function mountedFiles(
  { source, target, at }: BindMount,
  files: ProjectFiles,
): readonly SketchFile[] | undefined {
  if (!/^\.\.?(\/|$)/.test(source)) return undefined;
  const path = posix.join(posix.dirname(at.file), source).replace(/(.)\/$/, '$1');
  if (files.paths.includes(path)) return withContent([[path, target]], files);
  const inside = files.paths.filter((file) => path === '.' || file.startsWith(`${path}/`));
  if (inside.length === 0 || inside.length > MAX_FILES) return undefined;
  return withContent(
    inside.map((file) => [file, posix.join(target, posix.relative(path, file))]),
    files,
  );
}

function withContent(
  mounts: readonly (readonly [file: string, mountPath: string])[],
  files: ProjectFiles,
): readonly SketchFile[] | undefined {
  const read = mounts.map(([file, mountPath]) => ({
    mountPath,
    content: files.text(file),
    isSecret: /\.(key|pem|p12)$/.test(file),
  }));
  const texts = read.filter((file): file is SketchFile => file.content !== undefined);
  const length = texts.reduce((total, { content }) => total + content.length, 0);
  return texts.length === read.length && length <= MAX_LENGTH ? texts : undefined;
}
