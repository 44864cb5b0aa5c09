import { posix } from 'node:path';
import { parseDockerfile, stagesFor } from '../../build/dockerfile.ts';
import type { ProjectFiles } from '../project-files.ts';
import { copiedPaths } from '../sync-rules/copied-paths.ts';
import { namesPackages } from '../sync-rules/file-kinds.ts';
import { queryOf } from './compose-sync.ts';
import type { Value } from './compose-value.ts';
import { createNotes, type Notes } from './notes.ts';
import type { Build } from './read-build.ts';
import { type BindMount, readVolumes } from './read-volumes.ts';

/** Whether a mount is of what an image is built from. Pure. */
export function isSource({ source, at }: BindMount, { context }: Pick<Build, 'context'>): boolean {
  const path = posix.join(posix.dirname(at.file), source).replace(/(.)\/$/, '$1');
  return /^\.\.?(\/|$)/.test(source) && isWithin(path, context);
}

/** Whether COPY puts something of a mounted source where the mount has it; lists of packages alone do not count. Pure. */
export function isCopied({ target }: BindMount, build: Build, files: ProjectFiles): boolean {
  const query = queryOf(build, files);
  if (!query) return true;
  const copied = copiedPaths(query);
  const isOwn = (path: string) => isWithin(path, target) && (path === target || !namesPackages(path));
  return (
    copied.files.some(isOwn) ||
    copied.foreign.some((path) => isWithin(path, target) || isWithin(target, path))
  );
}

/**
 * The build of a service without its `target`, where there is no such stage; or where that stage counts on mounted
 * sources, the last stage has them, and compose runs what the image says: in a cluster nothing is mounted. Pure but for
 * the notes.
 */
export function withSources(
  service: string,
  { at, map = new Map() }: Value,
  build: Build,
  { files, notes }: { files: ProjectFiles; notes: Notes },
): Build {
  const { target, ...last } = build;
  if (target === undefined) return build;
  const place = map.get('build')?.at ?? at;
  if (lacksTarget(build, files)) {
    notes.leave(place, `${service}: its Dockerfile has no stage ${target}, so the last stage is built`);
    return last;
  }
  if (map.has('command') || map.has('entrypoint')) return build;
  const { binds } = readVolumes(service, map.get('volumes'), createNotes());
  const sources = binds.filter((bind) => isSource(bind, build));
  const lacks = (wanted: Build) => sources.some((bind) => !isCopied(bind, wanted, files));
  if (!lacks(build) || lacks(last)) return build;
  notes.leave(
    place,
    `${service}: the stage ${target} counts on mounted sources and has none in a cluster, so the last stage is built`,
  );
  return last;
}

function lacksTarget(build: Build, files: ProjectFiles): boolean {
  const query = queryOf(build, files);
  if (!query) return false;
  const { stages, ...rest } = parseDockerfile(query.source, build.args, 'linux/amd64');
  return stages.length > 0 && stagesFor({ stages, ...rest }, build.target) === undefined;
}

/** Whether a path is a folder, or in it. Pure. */
export function isWithin(path: string, folder: string): boolean {
  return folder === '.' || folder === '/' || path === folder || path.startsWith(`${folder}/`);
}
