import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { findManifestFiles } from '../deploy/manifest-files.ts';
import type { Failure } from '../session/failure.ts';
import type { ImageConfig } from './config.ts';
import { type ConfigTree, configProblem, placeAt } from './config-tree.ts';
import type { Entries } from './read-entries.ts';

/** Problems for build contexts, Dockerfiles, secrets and manifests that are not there. */
export async function checkPaths(
  entries: Pick<Entries, 'images' | 'manifests'>,
  root: string,
  tree: ConfigTree,
): Promise<readonly Failure[]> {
  const images = entries.images.map((image, index) => (image ? checkImage(root, image, index, tree) : []));
  const manifests = entries.manifests.map((entry, index) =>
    entry === undefined ? [] : checkManifests(root, entry, index, tree),
  );
  return (await Promise.all([...images, ...manifests])).flat();
}

async function checkImage(
  root: string,
  image: ImageConfig,
  index: number,
  tree: ConfigTree,
): Promise<readonly Failure[]> {
  const at = (...path: readonly string[]) => placeAt(tree, ['images', index, ...path]);
  const context = await kindOf(resolve(root, image.context));
  if (context !== 'folder') {
    const message = context === 'file' ? 'is a file, not a folder' : 'does not exist';
    return [configProblem(`the build context ${image.context} of ${image.name} ${message}`, at('context'))];
  }
  const problems: Failure[] = [];
  if ((await kindOf(resolve(root, image.dockerfile))) !== 'file') {
    const hint = 'paths are relative to the folder of rockpool.yaml';
    problems.push(
      configProblem(
        `the Dockerfile ${image.dockerfile} of ${image.name} does not exist`,
        at('dockerfile'),
        hint,
      ),
    );
  }
  for (const [id, file] of Object.entries(image.secrets)) {
    if ((await kindOf(file)) === 'file') continue;
    problems.push(configProblem(`the file of the secret ${id} does not exist`, at('secrets', id)));
  }
  return problems;
}

async function checkManifests(
  root: string,
  entry: string,
  index: number,
  tree: ConfigTree,
): Promise<readonly Failure[]> {
  if ((await findManifestFiles(root, entry)).length > 0) return [];
  const hint = 'files, folders and patterns are relative to the folder of rockpool.yaml';
  return [
    configProblem(`no file matches ${JSON.stringify(entry)}`, placeAt(tree, ['manifests', index]), hint),
  ];
}

async function kindOf(path: string): Promise<'file' | 'folder' | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) return 'folder';
  return found?.isFile() ? 'file' : undefined;
}
