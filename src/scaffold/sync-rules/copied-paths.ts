import { parseDockerfile } from '../../build/dockerfile.ts';
import { walkStage } from '../dockerfile/walk-stage.ts';
import { copiesOf } from './copies.ts';
import type { SyncQuery } from './propose-sync.ts';

/** Where COPY and ADD lines of a stage put files, other stages' included: absolute paths in the container. Pure. */
export function copiedPaths(
  query: Pick<SyncQuery, 'source' | 'target' | 'args' | 'files'>,
): readonly string[] {
  const { source, target, args = {}, files } = query;
  const stage = walkStage(parseDockerfile(source, args, 'linux/amd64'), target, args);
  if (!stage) return [];
  const copies = copiesOf(stage, files);
  return copies.flatMap(({ isForeign, to, units }) =>
    isForeign ? (to ?? []) : units.map((unit) => unit.to),
  );
}
