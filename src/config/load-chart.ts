import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { z } from 'zod';
import { chartInputs } from '../deploy/chart-inputs.ts';
import type { Failure } from '../session/failure.ts';
import type { ChartConfig } from './config.ts';
import { configProblem, placeAt } from './config-tree.ts';
import type { GeneratedContext, LoadedGenerated } from './load-generated.ts';
import type { Path } from './located-tree.ts';
import { normalizePath } from './normalize-path.ts';
import type { generatedSchema } from './schema.ts';

type ChartInput = Extract<z.output<typeof generatedSchema>, { helm: unknown }>['helm'];

/** A chart with its values rendered and the files it is rendered from; problems when something of it is not there. */
export async function loadChart(
  written: ChartInput,
  path: Path,
  context: GeneratedContext,
): Promise<LoadedGenerated> {
  const { tree, root, name } = context;
  const { chart, isLocal, problem } = await findChart(written.chart, root);
  const values = written.values.map((file) => (isAddress(file) ? file : normalizePath(file)));
  const problems = [
    ...(problem === undefined ? [] : [configProblem(problem, placeAt(tree, [...path, 'chart']), RELATIVE)]),
    ...(await missingValues(values, path, context)),
  ];
  const files = values.filter((file) => !isAddress(file)).map((file) => resolve(root, file));
  const loaded: ChartConfig = {
    ...{ tool: 'helm', chart, isLocal },
    release: written.release ?? name,
    ...(written.version === undefined ? {} : { version: written.version }),
    values,
    set: await renderSet(written.set, path, context),
    at: placeAt(tree, [...path, 'chart']),
    inputs: isLocal ? await chartInputs(resolve(root, chart), files) : { files, folders: [] },
  };
  return { generated: [loaded], problems };
}

const RELATIVE = 'paths are relative to the folder of rockpool.yaml';

const isAddress = (text: string): boolean => /^[a-z][a-z0-9+.-]*:\/\//.test(text);

/** What is there is local, as helm has it; what is not, and can be no `repository/name`, is missing. */
async function findChart(
  written: string,
  root: string,
): Promise<{ chart: string; isLocal: boolean; problem?: string }> {
  if (isAddress(written)) return { chart: written, isLocal: false };
  const chart = normalizePath(written);
  const kind = await kindOf(resolve(root, chart));
  if (kind === 'file') return { chart, isLocal: true };
  if (kind === 'folder') {
    if ((await kindOf(resolve(root, chart, 'Chart.yaml'))) === 'file') return { chart, isLocal: true };
    return { chart, isLocal: true, problem: `there is no Chart.yaml in ${chart}` };
  }
  const [repository = '', ...rest] = written.split('/');
  const isFetched =
    rest.length === 1 && !/^\.{0,2}$/.test(repository) && !(await kindOf(join(root, repository)));
  if (isFetched) return { chart: written, isLocal: false };
  return { chart, isLocal: true, problem: `the chart ${chart} does not exist` };
}

async function missingValues(
  values: readonly string[],
  path: Path,
  { tree, root }: GeneratedContext,
): Promise<readonly Failure[]> {
  const kinds = await Promise.all(
    values.map((file) => (isAddress(file) ? 'file' : kindOf(resolve(root, file)))),
  );
  return values.flatMap((file, index) => {
    if (kinds[index] === 'file') return [];
    const wrong = kinds[index] === 'folder' ? 'is a folder' : 'does not exist';
    const at = placeAt(tree, [...path, 'values', index]);
    return [configProblem(`the values file ${file} ${wrong}`, at, RELATIVE)];
  });
}

/** What a template makes is text, but for true and false, which would be true both as text. */
async function renderSet(
  set: ChartInput['set'],
  path: Path,
  { renderer }: GeneratedContext,
): Promise<ChartConfig['set']> {
  const rendered = Object.entries(set).map(async ([key, value]) => {
    if (typeof value !== 'string' || !/\{[{%]/.test(value)) return [key, value] as const;
    const text = await renderer.render(value, [...path, 'set', key]);
    return [key, text === 'true' || text === 'false' ? text === 'true' : text] as const;
  });
  return Object.fromEntries(await Promise.all(rendered));
}

async function kindOf(path: string): Promise<'file' | 'folder' | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) return 'folder';
  return found?.isFile() ? 'file' : undefined;
}
