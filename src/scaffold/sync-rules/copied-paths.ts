import { parseDockerfile } from '../../build/dockerfile.ts';
import { walkStage } from '../dockerfile/walk-stage.ts';
import { copiesOf } from './copies.ts';
import type { SyncQuery } from './propose-sync.ts';
import { unitPlaces } from './unit-places.ts';

/** Absolute paths in the container. */
export interface CopiedPaths {
  /** of every file that comes from the build context */
  readonly files: readonly string[];
  /** where something of another stage or image is put: files or folders */
  readonly foreign: readonly string[];
}

/** Where COPY and ADD lines of a stage, and of those that it is made from, put files. Pure. */
export function copiedPaths(query: Pick<SyncQuery, 'source' | 'target' | 'args' | 'files'>): CopiedPaths {
  const { source, target, args = {}, files } = query;
  const stage = walkStage(parseDockerfile(source, args, 'linux/amd64'), target, args);
  const copies = stage ? copiesOf(stage, files) : [];
  const units = copies.flatMap((copy) => copy.units);
  return {
    files: units.flatMap((unit) => unitPlaces(unit, files.paths)).map(({ to }) => to),
    foreign: copies.flatMap(({ isForeign, to }) => (isForeign && to !== undefined ? [to] : [])),
  };
}
