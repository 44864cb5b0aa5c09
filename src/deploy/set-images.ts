import { parseImageName } from '../build/image-name.ts';
import { isMap, type Manifest } from './manifest.ts';
import { mapPodTemplate } from './pod-templates.ts';

export interface ImagesSet {
  readonly manifest: Manifest;
  /** images of the project that it runs */
  readonly images: readonly string[];
  /** those of them that are not built yet */
  readonly unbuilt: readonly string[];
}

/**
 * Puts the refs of the project's images into every container, init container, ephemeral container and image volume
 * of a manifest, whatever tag or digest stands there, and lets the node use what it has (`IfNotPresent`: our tags are
 * hashes of their content and in no registry). Images of others stay as they are. Pure.
 * @param refs by image name; undefined while the image is not built
 */
export function setImages(manifest: Manifest, refs: Readonly<Record<string, string | undefined>>): ImagesSet {
  const names = new Map(Object.keys(refs).map((name) => [repositoryOf(name), name]));
  const used = new Set<string>();
  const resolve: Resolve = (image) => {
    const name = typeof image === 'string' ? names.get(repositoryOf(image)) : undefined;
    if (name !== undefined) used.add(name);
    return name === undefined ? undefined : refs[name];
  };
  const changed = mapPodTemplate(manifest, (template) => ({
    ...template,
    spec: setInSpec(template.spec, resolve),
  }));
  const images = [...used].sort();
  return {
    manifest: used.size === 0 ? manifest : changed,
    images,
    unbuilt: images.filter((name) => refs[name] === undefined),
  };
}

/** The ref for an image as the manifest writes it; undefined when it is not ours or not built yet. */
type Resolve = (image: unknown) => string | undefined;

const containerLists = ['initContainers', 'containers', 'ephemeralContainers'] as const;

function setInSpec(spec: unknown, resolve: Resolve): unknown {
  if (!isMap(spec)) return spec;
  const changed: Record<string, unknown> = { ...spec };
  for (const list of containerLists) {
    if (Array.isArray(spec[list])) changed[list] = spec[list].map((item) => setInContainer(item, resolve));
  }
  if (Array.isArray(spec.volumes)) changed.volumes = spec.volumes.map((item) => setInVolume(item, resolve));
  return changed;
}

function setInContainer(container: unknown, resolve: Resolve): unknown {
  if (!isMap(container)) return container;
  const ref = resolve(container.image);
  return ref === undefined ? container : { ...container, image: ref, imagePullPolicy: 'IfNotPresent' };
}

function setInVolume(volume: unknown, resolve: Resolve): unknown {
  if (!isMap(volume) || !isMap(volume.image)) return volume;
  const ref = resolve(volume.image.reference);
  return ref === undefined
    ? volume
    : { ...volume, image: { ...volume.image, reference: ref, pullPolicy: 'IfNotPresent' } };
}

/** Docker Hub's short and long forms are one, tag and digest do not count; a host with a port does. */
const repositoryOf = (image: string): string => parseImageName(image).repository;
