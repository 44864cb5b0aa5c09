import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { isKustomization, kustomizationInputs } from '../deploy/kustomization-inputs.ts';
import type { KustomizationConfig } from './config.ts';
import { configProblem, placeAt } from './config-tree.ts';
import type { GeneratedContext, LoadedGenerated } from './load-generated.ts';
import type { Path } from './located-tree.ts';
import { normalizePath } from './normalize-path.ts';

/** A kustomization with the files it is rendered from; a problem when its folder has none. */
export async function loadKustomization(
  written: string,
  path: Path,
  { tree, root }: Pick<GeneratedContext, 'tree' | 'root'>,
): Promise<LoadedGenerated> {
  const folder = normalizePath(written);
  const at = placeAt(tree, path);
  const place = resolve(root, folder);
  const problem = await problemOf(folder, place);
  if (problem !== undefined) {
    const hint = 'it is named by its folder, relative to the folder of rockpool.yaml';
    return { generated: [], problems: [configProblem(problem, at, hint)] };
  }
  const inputs = await kustomizationInputs(place);
  const loaded: KustomizationConfig = { tool: 'kustomize', folder, at, inputs };
  return { generated: [loaded], problems: [] };
}

async function problemOf(folder: string, place: string): Promise<string | undefined> {
  const found = await stat(place).catch(() => undefined);
  if (!found) return `the kustomization ${folder} does not exist`;
  if (!found.isDirectory()) return `the kustomization ${folder} is a file, not a folder`;
  return (await isKustomization(place)) ? undefined : `there is no kustomization.yaml in ${folder}`;
}
