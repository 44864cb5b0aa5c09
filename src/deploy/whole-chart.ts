import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type LocalDependency, localDependencies } from './chart-inputs.ts';

export interface WholeChart {
  /** what helm is given: the chart itself, or a copy of it */
  readonly path: string;
  /** in a copy, the folder that a subchart's folder in it stands for, by the path in the chart */
  readonly origins: ReadonlyMap<string, string>;
  /** Removes the copy. */
  dispose(): Promise<void>;
}

/**
 * A chart with the charts that it names by `file://`. Where they are not in its `charts` folder, a copy is made that has
 * them: `helm dependency build` would write into the project, and archives that are old after the next save.
 * @param folder absolute
 */
export async function wholeChart(folder: string): Promise<WholeChart> {
  if ((await missingDependencies(folder)).length === 0) {
    return { path: folder, origins: new Map(), dispose: async () => {} };
  }
  const base = await mkdtemp(join(tmpdir(), 'rockpool-chart-'));
  const dispose = () => rm(base, { recursive: true, force: true });
  try {
    const path = join(base, basename(folder));
    const origins = new Map<string, string>();
    await copyChart(folder, path);
    await fill(folder, { path, inChart: '', depth: 0 }, origins);
    return { path, origins, dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/** Charts that depend on each other in a ring are helm's to refuse. */
const MAX_DEPTH = 10;

interface Copy {
  readonly path: string;
  /** path in the outermost chart, with `/` at its end; empty for itself */
  readonly inChart: string;
  readonly depth: number;
}

async function fill(folder: string, copy: Copy, origins: Map<string, string>): Promise<void> {
  if (copy.depth >= MAX_DEPTH) return;
  for (const { name, path } of await missingDependencies(folder)) {
    const inChart = `${copy.inChart}charts/${name}/`;
    const inner = { path: join(copy.path, 'charts', name), inChart, depth: copy.depth + 1 };
    origins.set(inChart, path);
    await copyChart(path, inner.path);
    await fill(path, inner, origins);
  }
}

/** What is not there is left out: helm says so in its own words. */
async function missingDependencies(folder: string): Promise<readonly LocalDependency[]> {
  const there = await readdir(join(folder, 'charts')).catch((): string[] => []);
  const isThere = ({ name }: LocalDependency) =>
    there.some((file) => file === name || (file.startsWith(`${name}-`) && file.endsWith('.tgz')));
  return (await localDependencies(folder)).filter((dependency) => !isThere(dependency));
}

async function copyChart(from: string, to: string): Promise<void> {
  const filter = (path: string) => !['.git', 'node_modules', '.rockpool'].includes(basename(path));
  await cp(from, to, { recursive: true, filter }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
}
