import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { SourcePlace } from '../session/failure.ts';
import { nameFile } from './manifest-files.ts';
import type { ToOriginal } from './parse-rendered.ts';
import { templatePlace } from './template-place.ts';

export interface ChartSources {
  /** The place in a template of a place in the rendered text. */
  readonly original: ToOriginal;
  /** The file that helm calls `db/templates/web.yaml`, relative to the project. */
  placeOf(source: string): string;
}

export interface ChartSourcesOptions {
  /** what `helm template` wrote */
  readonly rendered: string;
  /** of the chart, as messages name it */
  readonly folder: string;
  /** absolute path of the project */
  readonly root: string;
  /** absolute folders of subcharts that are not in the chart, by their path in it */
  readonly origins: ReadonlyMap<string, string>;
}

/** Traces what helm rendered back to the chart's templates, by the `# Source:` that helm writes over each document. */
export function createChartSources({ rendered, folder, root, origins }: ChartSourcesOptions): ChartSources {
  const lines = rendered.split('\n');
  const texts = new Map<string, Promise<string>>();
  const placeOf = (source: string): string => {
    const inChart = source.slice(source.indexOf('/') + 1);
    const [subchart, origin] = [...origins].findLast(([path]) => inChart.startsWith(path)) ?? ['', undefined];
    return origin === undefined
      ? `${folder}/${inChart}`
      : nameFile(root, `${origin}/${inChart.slice(subchart.length)}`);
  };
  const textOf = (file: string): Promise<string> => {
    const known = texts.get(file) ?? readFile(resolve(root, file), 'utf8').catch(() => '');
    texts.set(file, known);
    return known;
  };
  const original = async (at: SourcePlace): Promise<SourcePlace> => {
    const index = (at.line ?? 1) - 1;
    const source = lines.slice(0, index + 1).findLast((line) => SOURCE.test(line));
    if (source === undefined) return { file: folder };
    const file = placeOf(source.replace(SOURCE, '').trim());
    return { file, ...templatePlace(await textOf(file), lines[index] ?? '', at.column) };
  };
  return { original, placeOf };
}

const SOURCE = /^# Source: /;
