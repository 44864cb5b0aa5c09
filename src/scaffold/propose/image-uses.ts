import { parseImageName } from '../../build/image-name.ts';
import { isMap, type Manifest, valueAt } from '../../deploy/manifest.ts';
import { podTemplatePath } from '../../deploy/pod-templates.ts';
import { isImageName } from './is-image-name.ts';
import type { Source } from './source.ts';

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
  return sources.flatMap((source) => [
    ...source.objects.flatMap(({ manifest, at }) => usesOf(manifest, at)),
    ...usesInText(source),
  ]);
}

/** Names of the images in a manifest, without tags. Pure. */
export const imagesIn = (manifest: Manifest): readonly string[] =>
  usesOf(manifest, '').map(({ repository }) => repository);

function usesOf(manifest: Manifest, at: string): readonly ImageUse[] {
  const path = podTemplatePath(manifest);
  const spec = path && valueAt(manifest, [...path, 'spec']);
  if (!isMap(spec)) return [];
  const containers = [spec.initContainers, spec.containers].flatMap((list) =>
    Array.isArray(list) ? list : [],
  );
  return containers.filter(isMap).flatMap((container) => {
    if (typeof container.image !== 'string') return [];
    const names = [container.name, manifest.metadata.name].filter((name) => typeof name === 'string');
    const { repository } = parseImageName(container.image.trim().replace(/^\/+/, ''));
    if (!isImageName(repository)) return [];
    return [{ repository, at, names }];
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
