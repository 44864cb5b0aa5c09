import { posix } from 'node:path';
import { knownImage } from '../manifests/known-images.ts';
import type { ProjectFiles } from '../project-files.ts';
import type { ServiceSketch } from '../proposal.ts';
import type { BindMount } from './read-volumes.ts';
import { toName } from './service-names.ts';

/**
 * The claim for a folder of this machine that a service keeps its data in: one where a well-known image has them, or
 * one beside the compose file that the project has nothing in. Undefined for every other mount. Pure.
 */
export function dataVolume(
  { source, target, at }: BindMount,
  { image, volumes }: ServiceSketch,
  files: ProjectFiles,
): ServiceSketch['volumes'][number] | undefined {
  const isBeside = /^\.\.?\//.test(source);
  const path = posix.join(posix.dirname(at.file), source).replace(/\/$/, '');
  const isEmpty = !files.paths.some((file) => file === path || file.startsWith(`${path}/`));
  const isFile = posix.extname(target) !== '' || posix.extname(path) !== '';
  const isKnown = target === knownImage(image)?.data;
  if (!isKnown && !(isBeside && isEmpty && !isFile && files.paths.length > 0)) return undefined;
  const name = toName(posix.basename(target));
  const isTaken = volumes.some((volume) => volume.name === name);
  return { name: isTaken ? toName(target) : name, mountPath: target };
}
