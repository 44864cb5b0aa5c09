import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseDockerfile } from './dockerfile.ts';
import { imageNeeds } from './image-graph.ts';
import type { ImageSpec } from './image-spec.ts';

type Graphed = Pick<ImageSpec, 'name' | 'dockerfile' | 'args' | 'contexts' | 'target' | 'platform'>;

/**
 * The images of the project that each image is built from, by name, as their Dockerfiles say now. A Dockerfile that
 * cannot be read needs nothing: its build says what is wrong with it.
 */
export async function readImageNeeds(
  root: string,
  images: readonly Graphed[],
): Promise<Readonly<Record<string, readonly string[]>>> {
  const names = images.map(({ name }) => name);
  const entries = images.map(async (image): Promise<[string, readonly string[]]> => {
    const source = await readFile(join(root, image.dockerfile), 'utf8').catch(() => '');
    const parsed = parseDockerfile(source, image.args, image.platform ?? 'linux/amd64');
    return [image.name, imageNeeds(image, parsed, names)];
  });
  return Object.fromEntries(await Promise.all(entries));
}
