import { parseImageName } from '../build/image-name.ts';
import { formatPlace } from '../session/failure.ts';
import { nearestNames } from '../session/nearest-names.ts';
import { isMap, type Manifest, valueAt } from './manifest.ts';
import { podTemplatePath } from './pod-templates.ts';
import type { RenderedResource } from './render.ts';

/**
 * Warnings of images that look like the project's and are none: built earlier in the session, or without a tag and
 * named like one that is built. They are applied as they stand there, and the node looks for them in a registry.
 * @param names of the images in rockpool.yaml
 * @param built names of all that the session built, also of such as rockpool.yaml has no more
 */
export async function strayImages(
  resources: readonly Pick<RenderedResource, 'manifest' | 'locate'>[],
  names: readonly string[],
  built: readonly string[],
): Promise<readonly string[]> {
  const known = new Set(names.map(repositoryOf));
  const former = new Set(built.map(repositoryOf));
  const found = resources.flatMap(({ manifest, locate }) =>
    containerImages(manifest).flatMap(({ image, path }) => {
      const { repository, tag, digest } = parseImageName(image);
      const isBare = tag === undefined && digest === undefined;
      const isStray =
        !known.has(repository) && (former.has(repository) || (isBare && looksOwn(repository, names)));
      return isStray ? [{ repository, place: locate(path) }] : [];
    }),
  );
  return Promise.all(
    found.map(async ({ repository, place }) => `${formatPlace(await place)} ${warning(repository, names)}`),
  );
}

const repositoryOf = (image: string): string => parseImageName(image).repository;

function containerImages(manifest: Manifest) {
  const template = podTemplatePath(manifest);
  if (!template) return [];
  return ['initContainers', 'containers'].flatMap((list) => {
    const path = [...template, 'spec', list];
    const containers = valueAt(manifest, path);
    if (!Array.isArray(containers)) return [];
    return containers.flatMap((container: unknown, index) => {
      const image = isMap(container) ? container['image'] : undefined;
      return typeof image === 'string' ? [{ image, path: [...path, index, 'image'] }] : [];
    });
  });
}

/** In the folder of one that is built (`shop/…`), or a slip of the pen away from it. */
function looksOwn(repository: string, names: readonly string[]): boolean {
  const folder = repository.slice(0, repository.lastIndexOf('/') + 1);
  const beside = folder !== '' && names.some((name) => repositoryOf(name).startsWith(folder));
  return beside || (repository.includes('/') && nearestNames(repository, names).length > 0);
}

function warning(repository: string, names: readonly string[]): string {
  const [near] = nearestNames(repository, names);
  const hint =
    near === undefined ? 'list it under images if rockpool is to build it' : `did you mean ${near}?`;
  return `rockpool.yaml has no image ${repository}, so that a registry is asked for it: ${hint}`;
}
