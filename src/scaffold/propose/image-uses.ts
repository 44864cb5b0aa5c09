import { parseImageName } from '../../build/image-name.ts';
import { isMap, type Manifest, valueAt } from '../../deploy/manifest.ts';
import { podTemplatePath } from '../../deploy/pod-templates.ts';
import { formatPlace } from '../../session/failure.ts';
import { isImageName } from './is-image-name.ts';
import type { PlacedObject, Source } from './source.ts';

/** An image that something runs. */
export interface ImageUse {
  /** as it is written, without tag and digest */
  readonly repository: string;
  /** where: `k8s/web.yaml:12` */
  readonly at: string;
  /** names of the workload and of the container, as far as they are known */
  readonly names: readonly string[];
}

/** Every image that the sources run, in their order. Pure. */
export function imageUses(sources: readonly Source[]): readonly ImageUse[] {
  return sources.flatMap((source) => [...source.objects.flatMap(usesOf), ...usesInText(source)]);
}

/** Names of the images in a manifest, without tags. Pure. */
export const imagesIn = (manifest: Manifest): readonly string[] =>
  usesOf({ manifest, at: '' }).map(({ repository }) => repository);

function usesOf({ manifest, at, locate }: PlacedObject): readonly ImageUse[] {
  const path = podTemplatePath(manifest);
  const spec = path && valueAt(manifest, [...path, 'spec']);
  if (!path || !isMap(spec)) return [];
  const containers = ['initContainers', 'containers'].flatMap((key) => {
    const list = spec[key];
    return Array.isArray(list) ? list.map((container, index) => ({ container, key, index })) : [];
  });
  return containers.flatMap(({ container, key, index }) => {
    if (!isMap(container) || typeof container.image !== 'string') return [];
    const names = [container.name, manifest.metadata.name].filter((name) => typeof name === 'string');
    const { repository } = parseImageName(container.image.trim().replace(/^\/+/, ''));
    if (!isImageName(repository)) return [];
    const place = locate?.([...path, 'spec', key, index, 'image']);
    return [{ repository, at: place ? formatPlace({ file: place.file, line: place.line }) : at, names }];
  });
}

/** What a template writes behind `image:` in so many words. */
function usesInText({ path, template }: Source): readonly ImageUse[] {
  const lines = template?.split('\n') ?? [];
  return lines.flatMap((line, index) => {
    const image = /^\s*(?:-\s*)?image:\s*["']?([a-z0-9][\w./:@-]*)/.exec(line)?.[1] ?? namedIn(line);
    if (image === undefined) return [];
    return [{ repository: parseImageName(image).repository, at: `${path}:${index + 1}`, names: [] }];
  });
}

/** `{{ images["shop/web"].ref }}`, `{{ images.web.ref }}` */
function namedIn(line: string): string | undefined {
  const [, quoted, plain] = /images(?:\[\s*["']([^"']+)["']\s*\]|\.([\w-]+))\.ref/.exec(line) ?? [];
  return quoted ?? plain;
}
