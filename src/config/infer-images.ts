import { glob } from 'node:fs/promises';
import { basename, dirname, posix } from 'node:path';
import { parseImageName } from '../build/image-name.ts';
import { isMap, type Manifest, valueAt } from '../deploy/manifest.ts';
import { podTemplatePath } from '../deploy/pod-templates.ts';
import type { ImageConfig } from './config.ts';
import { nameFromFolder } from './read-entries.ts';

const PATTERNS = ['Dockerfile', '*/Dockerfile', '*/*/Dockerfile'];
const PRUNED = new Set(['node_modules', '.git', '.rockpool', 'vendor', '.venv']);

/** Dockerfiles of a project, relative to it, at most two folders deep. */
export async function findDockerfiles(root: string): Promise<readonly string[]> {
  const files: string[] = [];
  for await (const file of glob(PATTERNS, { cwd: root, exclude: (path) => PRUNED.has(basename(path)) }))
    files.push(file);
  return files.sort();
}

/** Image references in the containers of a manifest. Pure. */
export function imagesOf(manifest: Manifest): readonly string[] {
  const path = podTemplatePath(manifest);
  const spec = path && valueAt(manifest, [...path, 'spec']);
  if (!isMap(spec)) return [];
  const containers = [spec.initContainers, spec.containers].flatMap((list) =>
    Array.isArray(list) ? list : [],
  );
  return containers.flatMap((item) => (isMap(item) && typeof item.image === 'string' ? [item.image] : []));
}

export interface MatchedImages {
  readonly images: readonly ImageConfig[];
  /** Dockerfiles that no image of the manifests is called after */
  readonly unmatched: readonly string[];
}

/**
 * Which of the manifests' images each Dockerfile builds, by the folder's name: `web/Dockerfile` is `shop/web`,
 * `shop-web` or `web`. A single Dockerfile and a single image left over belong together. Pure.
 * @param references images as the manifests write them
 * @param project name of the project's folder, which a Dockerfile at the top goes by
 */
export function matchImages(
  dockerfiles: readonly string[],
  references: readonly string[],
  project: string,
): MatchedImages {
  const names = [...new Set(references.map(nameOf))];
  const images = new Map<string, string>();
  for (const closeness of [isSame, isSuffixed]) {
    for (const dockerfile of dockerfiles) {
      const folder = dirname(dockerfile) === '.' ? project : nameFromFolder(dirname(dockerfile));
      const name = names.find(
        (candidate) => !images.has(candidate) && closeness(lastPart(candidate), folder),
      );
      if (name !== undefined && ![...images.values()].includes(dockerfile)) images.set(name, dockerfile);
    }
  }
  const left = dockerfiles.filter((dockerfile) => ![...images.values()].includes(dockerfile));
  const unclaimed = names.filter((name) => !images.has(name) && isOwnName(name));
  const [dockerfile, name] = [left[0], unclaimed[0]];
  if (left.length === 1 && unclaimed.length === 1 && dockerfile !== undefined && name !== undefined) {
    return { images: [...images, [name, dockerfile] as const].map(toImage), unmatched: [] };
  }
  return { images: [...images].map(toImage), unmatched: left };
}

/** Without tag and digest. */
const nameOf = (reference: string): string => parseImageName(reference).repository;

const lastPart = (name: string): string => name.slice(name.lastIndexOf('/') + 1).toLowerCase();

const isSame = (image: string, folder: string): boolean => image === folder;

const isSuffixed = (image: string, folder: string): boolean =>
  image.endsWith(`-${folder}`) || image.startsWith(`${folder}-`) || folder.endsWith(`-${image}`);

/** Official images of Docker Hub (`postgres`) are nobody's own. */
const isOwnName = (name: string): boolean => parseImageName(name).repository.includes('/');

function toImage([name, dockerfile]: readonly [string, string]): ImageConfig {
  const context = posix.dirname(dockerfile);
  return {
    name,
    context,
    dockerfile,
    args: {},
    update: 'auto',
    sync: [],
    secrets: {},
    ssh: [],
    contexts: {},
    ignore: [],
  };
}
