import { baseImage } from '../dockerfile/base-images.ts';
import type { ProjectFiles } from '../project-files.ts';
import type { ServiceSketch, SketchFile } from '../proposal.ts';
import { copiedPaths } from '../sync-rules/copied-paths.ts';
import { namesPackages } from '../sync-rules/file-kinds.ts';
import type { ProposedSync } from '../sync-rules/propose-sync.ts';
import type { ComposeImage } from './compose-images.ts';
import { queryOf } from './compose-sync.ts';
import type { Value } from './compose-value.ts';
import { dataVolume } from './data-volume.ts';
import { mountedFiles } from './mounted-files.ts';
import { isCopied, isSource, isWithin } from './mounted-sources.ts';
import type { Notes } from './notes.ts';
import type { BindMount } from './read-volumes.ts';

interface Mounting {
  readonly service: string;
  readonly map: ReadonlyMap<string, Value>;
  readonly sketch: ServiceSketch;
  readonly binds: readonly BindMount[];
  readonly built: ComposeImage | undefined;
}

/**
 * What takes the place of files and folders of this machine that compose mounts: sources are in the image and synced or
 * built anew, a few small files become a ConfigMap, and the rest is told. Pure but for the notes.
 * @param images with their sync rules
 */
export function carryMounts(
  { service, map, sketch, binds, built }: Mounting,
  images: readonly (ComposeImage & { readonly sync: readonly ProposedSync[] })[],
  files: ProjectFiles,
  notes: Notes,
): ServiceSketch {
  const image = images.find(({ name }) => name === built?.name);
  const query = image && queryOf(image, files);
  const claims: ServiceSketch['volumes'][number][] = [];
  const carried = binds.flatMap((bind): readonly SketchFile[] => {
    const say = (words: string) =>
      notes.leave(bind.at, `${service}: ${bind.source} is not mounted at ${bind.target}${words}`);
    if (image && isSource(bind, image) && isCopied(bind, image, files)) {
      say(isSynced(bind, image.sync) ? SYNCED : BUILT);
      return [];
    }
    const data = dataVolume(bind, sketch, files);
    if (data) {
      claims.push(data);
      say(': it becomes a claim of the cluster, which begins empty');
      return [];
    }
    const found = mountedFiles(bind, files);
    if (found && !isFolderOfSources(found, image, bind)) {
      say(`, but a copy of it: change its ConfigMap in the manifest of ${sketch.name}`);
      return found;
    }
    say(elsewhere(bind, image !== undefined && isSource(bind, image)));
    return [];
  });
  const filled = query ? copiedPaths(query).files : (baseImage(sketch.image)?.serves ?? []);
  noteEmpty({ service, map, sketch }, filled, notes);
  return {
    ...sketch,
    volumes: [...sketch.volumes, ...claims],
    ...(carried.length > 0 ? { files: [...(sketch.files ?? []), ...carried] } : {}),
  };
}

/** A new volume of compose gets what the image has at its place; a claim begins empty, and hides it. */
function noteEmpty(
  { service, map, sketch }: Pick<Mounting, 'service' | 'map' | 'sketch'>,
  filled: readonly string[],
  notes: Notes,
): void {
  for (const { name, mountPath } of sketch.volumes) {
    if (filled.some((path) => isWithin(path, mountPath))) {
      const at = map.get('volumes')?.at ?? { file: '' };
      notes.leave(
        at,
        `${service}: the volume ${name} begins empty, so what the image has at ${mountPath} is hidden`,
      );
    }
  }
}

const SYNCED = ': `sync` of the image takes its place';
const BUILT = ': the image holds it, and a save builds it anew';

const isSynced = ({ target }: BindMount, rules: readonly ProposedSync[]): boolean =>
  !namesPackages(target) && rules.some(({ to }) => isWithin(to, target) || isWithin(target, to));

/** Code that only a mount brings into an own image is to be copied by its Dockerfile, not kept in a ConfigMap. */
function isFolderOfSources(
  found: readonly SketchFile[],
  image: ComposeImage | undefined,
  bind: BindMount,
): boolean {
  return (
    image !== undefined && isSource(bind, image) && found.some(({ mountPath }) => mountPath !== bind.target)
  );
}

function elsewhere({ source }: BindMount, isOwnSource: boolean): string {
  if (isOwnSource) return ', and no COPY of its Dockerfile puts it there: the image needs one';
  if (source.endsWith('docker.sock')) return ': a pod has no Docker daemon';
  return ': write a ConfigMap or a Secret of what is in it, or COPY it into an image';
}
