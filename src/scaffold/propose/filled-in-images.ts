import { parseEnv } from 'node:util';
import { parseImageName } from '../../build/image-name.ts';
import { isMap, type Manifest } from '../../deploy/manifest.ts';
import { mapPodTemplate } from '../../deploy/pod-templates.ts';
import type { LeftOut, ProposedFile } from '../proposal.ts';
import type { Survey } from '../survey/survey.ts';
import { hasFilledInFields, VARIABLE } from './filled-in-fields.ts';
import { isImageName } from './is-image-name.ts';
import type { Source } from './source.ts';

/** Sources with plain names for images that a script fills in: `${REGISTRY}/web:${TAG}` is `web`. */
export interface PlainSources {
  readonly sources: readonly Source[];
  /** for each source that was changed: what stood there, and the name it goes by */
  readonly filledIn: ReadonlyMap<Source, readonly (readonly [written: string, name: string])[]>;
}

/** Pure. */
export function withPlainImages(sources: readonly Source[]): PlainSources {
  const filledIn = new Map<Source, readonly (readonly [string, string])[]>();
  const plain = sources.map((source) => {
    const isPlain = source.kind === 'file' && source.template === undefined;
    const written = isPlain ? unusableIn(source) : [];
    if (written.length === 0) {
      if (isPlain && hasFilledInFields(withoutImages(source))) filledIn.set(source, []);
      return source;
    }
    const names = written.map((image) => [image, plainName(image)] as const);
    const changed = {
      ...source,
      objects: source.objects.map((item) => ({ ...item, manifest: rename(item.manifest, new Map(names)) })),
    };
    filledIn.set(changed, names);
    return changed;
  });
  return { sources: plain, filledIn };
}

/**
 * Templates for the manifests that a script fills in, where their images are ones that the project builds: their text with plain names, and
 * with `{{ env.NAME }}` for other variables. Nothing else could be applied as it is. Pure.
 * @param built names of the images of the project
 */
export function templatesFor(
  { sources, filledIn }: PlainSources,
  built: ReadonlySet<string>,
  survey: Survey,
): {
  readonly sources: readonly Source[];
  readonly files: readonly ProposedFile[];
  readonly leftOut: readonly LeftOut[];
} {
  const made = sources.map((source) => {
    const images = filledIn.get(source);
    const text = survey.manifests.find(({ path }) => path === source.path)?.source ?? '';
    if (!images) return { source, leftOut: [] };
    const unknown = images.find(([, name]) => !built.has(name))?.[0];
    if (unknown !== undefined)
      return {
        leftOut: [
          `${source.path}: its image ${unknown} is filled in by something else, and no Dockerfile is called like it`,
        ],
      };
    if (/\{\{|\{%/.test(text))
      return { leftOut: [`${source.path}: something else fills it in, and it holds \`{{\` or \`{%\``] };
    const path = `${source.path}.liquid`;
    const { content, leftOut } = toTemplate(text, images, survey);
    const names = images.map(([, name]) => name).join(', ');
    const reason =
      images.length > 0
        ? `${source.path} has its image filled in by something else: a copy of it, with ${names} for rockpool to fill in`
        : `${source.path} has variables that something else fills in: a copy of it for rockpool to fill in`;
    return {
      source: { ...source, path },
      file: { path, content, reason },
      leftOut: leftOut.map((words) => `${path}: ${words}`),
    };
  });
  return {
    sources: made.flatMap(({ source }) => source ?? []),
    files: made.flatMap(({ file }) => file ?? []),
    leftOut: made.flatMap(({ leftOut }) => leftOut),
  };
}

const isUsable = (image: string): boolean => isImageName(parseImageName(image).repository);

function unusableIn({ objects }: Source): readonly string[] {
  const found = new Set<string>();
  for (const { manifest } of objects) {
    eachImage(manifest, (image) => {
      if (!isUsable(withoutTag(image))) found.add(image);
      return image;
    });
  }
  return [...found];
}

/** Tags of images that a script fills in are rockpool's to give. */
const withoutImages = (source: Source): Source => ({
  ...source,
  objects: source.objects.map((item) => ({ ...item, manifest: eachImage(item.manifest, () => '') })),
});

/** `web:${TAG}` is `web`: any tag will do. */
const withoutTag = (image: string): string => image.replace(/[:@][^/]*$/, '');

/** What follows the last part that is filled in: `gcr.io/PROJECT_ID/shop/web` is `shop/web`, `${IMAGE}` is nothing. */
function plainName(image: string): string {
  const parts = withoutTag(image).split('/');
  const last = parts.findLastIndex((part) => !/^[a-z0-9][a-z0-9._-]*$/.test(part));
  return parts.slice(last + 1).join('/');
}

function rename(manifest: Manifest, names: ReadonlyMap<string, string>): Manifest {
  return eachImage(manifest, (image) => names.get(image) ?? image);
}

function eachImage(manifest: Manifest, change: (image: string) => string): Manifest {
  const inList = (list: unknown) =>
    Array.isArray(list)
      ? list.map((item) =>
          isMap(item) && typeof item['image'] === 'string' ? { ...item, image: change(item['image']) } : item,
        )
      : list;
  return mapPodTemplate(manifest, (template) => {
    const spec = isMap(template['spec']) ? template['spec'] : {};
    return {
      ...template,
      spec: {
        ...spec,
        containers: inList(spec['containers']),
        initContainers: inList(spec['initContainers']),
      },
    };
  });
}

function toTemplate(
  text: string,
  images: readonly (readonly [string, string])[],
  { envFiles }: Survey,
): { readonly content: string; readonly leftOut: readonly string[] } {
  const examples = Object.assign(
    {},
    ...envFiles.filter(({ path }) => /^\.env\.[a-z]+$/.test(path)).map(({ source }) => parseEnv(source)),
  ) as Record<string, string>;
  const named = images.reduce(
    (all, [written, name]) => all.replaceAll(`"${written}"`, name).replaceAll(written, name),
    text,
  );
  const unset = new Set<string>();
  const content = named.replace(VARIABLE, (_, name: string, fallback?: string) => {
    const value = fallback ?? examples[name];
    if (value === undefined) unset.add(name);
    return `{{ env.${name} | default: ${JSON.stringify(value ?? '')} }}`;
  });
  return {
    content,
    leftOut: [...unset].map((name) => `${name} is empty unless .env or the environment sets it`),
  };
}
