import { resolveIn, type WalkedStage } from '../dockerfile/walk-stage.ts';
import type { ProjectFiles } from '../project-files.ts';
import { type Copy, copiesOf } from './copies.ts';
import { unitPlaces } from './unit-places.ts';

/**
 * The files of a build context as a program sees them that runs in the stage's working folder: `package.json` is the
 * one that COPY puts there, which may lie deeper in the context. What no COPY puts there is the context's own. Pure.
 */
export function workingFiles(
  stage: WalkedStage,
  files: ProjectFiles,
  copies: readonly Copy[] = copiesOf(stage, files),
): ProjectFiles {
  const units = copies.flatMap((copy) => copy.units);
  const places = new Map(
    units.flatMap((unit) => unitPlaces(unit, files.paths)).map(({ path, to }) => [to, path] as const),
  );
  const pathOf = (path: string) => places.get(resolveIn(stage.workingDir, path) ?? '') ?? path;
  return { paths: files.paths, text: (path) => files.text(pathOf(path)) };
}
