import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { RenderInputs } from '../config/config.ts';
import { isMap } from './manifest.ts';
import { yamlValues } from './yaml-values.ts';

/** More charts than anybody stacks. */
const MAX_CHARTS = 50;

/**
 * What a chart on this machine is rendered from: its folder or archive, the values files, and the folders of charts that
 * it depends on by `file://`, in turn.
 * @param chart absolute
 * @param values absolute
 */
export async function chartInputs(chart: string, values: readonly string[]): Promise<RenderInputs> {
  if ((await stat(chart).catch(() => undefined))?.isFile()) return { files: [chart, ...values], folders: [] };
  const charts = new Set([chart]);
  for (const folder of charts) {
    for (const { path } of await localDependencies(folder)) if (charts.size < MAX_CHARTS) charts.add(path);
  }
  return {
    files: [...[...charts].map((folder) => join(folder, 'Chart.yaml')), ...values],
    folders: [...charts],
  };
}

export interface LocalDependency {
  readonly name: string;
  /** absolute */
  readonly path: string;
}

/** The charts that a chart names by `file://`, as its Chart.yaml has them; none when that cannot be read. */
export async function localDependencies(folder: string): Promise<readonly LocalDependency[]> {
  const source = await readFile(join(folder, 'Chart.yaml'), 'utf8').catch(() => '');
  const [chart] = yamlValues(source);
  const listed = isMap(chart) && Array.isArray(chart['dependencies']) ? chart['dependencies'] : [];
  return listed.flatMap((dependency: unknown) => {
    if (!isMap(dependency)) return [];
    const { name, repository } = dependency;
    if (typeof name !== 'string' || typeof repository !== 'string') return [];
    return repository.startsWith('file://')
      ? [{ name, path: resolve(folder, repository.slice('file://'.length)) }]
      : [];
  });
}
