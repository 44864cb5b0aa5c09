import { posix } from 'node:path';
import type { LeftOut } from '../proposal.ts';
import { asList, asMap, asText } from './loose-values.ts';
import { readYaml } from './read-yaml.ts';
import type { FoundChart, FoundText } from './survey.ts';

/** The folders of charts, those in another chart's `charts` folder too. Pure. */
export function chartFolders(paths: readonly string[]): readonly string[] {
  return paths.filter((path) => posix.basename(path) === 'Chart.yaml').map((path) => posix.dirname(path));
}

/** The innermost chart that a path lies in. Pure. */
export function chartOf(path: string, folders: readonly string[]): string | undefined {
  return folders
    .filter((folder) => folder === '.' || path.startsWith(`${folder}/`))
    .sort((a, b) => b.length - a.length)[0];
}

/** Whether a file of a chart's folder says something about what it makes: its values and templates. Pure. */
export function isChartFile(path: string, folder: string): boolean {
  const below = folder === '.' ? path : path.slice(folder.length + 1);
  return /^(?:Chart\.yaml|(?:values\/|ci\/)?[^/]*\.ya?ml|templates\/.*\.ya?ml)$/.test(below);
}

/** The charts of a project from the files in their folders; a subchart is in its chart. Pure. */
export function readCharts(
  folders: readonly string[],
  texts: readonly FoundText[],
): { readonly charts: readonly FoundChart[]; readonly leftOut: readonly LeftOut[] } {
  const leftOut: LeftOut[] = [];
  const read = (folder: string): FoundChart[] => {
    const own = texts.filter(({ path }) => chartOf(path, folders) === folder);
    const file = own.find(({ path }) => path === posix.join(folder, 'Chart.yaml'));
    const { value, problem } = readYaml(file?.source ?? '');
    const name = asText(asMap(value)['name']);
    if (name === undefined) {
      leftOut.push(`${posix.join(folder, 'Chart.yaml')}: ${problem ?? 'it has no name'}`);
      return [];
    }
    const below = folders.filter((other) => posix.dirname(other) === posix.join(folder, 'charts'));
    return [{ ...toChart(folder, name, asMap(value), own), subcharts: below.flatMap(read) }];
  };
  const outermost = folders.filter(
    (folder) => posix.basename(posix.dirname(folder)) !== 'charts' || !isVendored(folder, folders),
  );
  return { charts: outermost.flatMap(read), leftOut };
}

const isVendored = (folder: string, folders: readonly string[]): boolean =>
  folders.includes(posix.dirname(posix.dirname(folder)));

function toChart(
  folder: string,
  name: string,
  chart: Readonly<Record<string, unknown>>,
  own: readonly FoundText[],
): Omit<FoundChart, 'subcharts'> {
  const inside = (path: string) => posix.relative(folder, path);
  const values = (pattern: RegExp) =>
    own
      .filter(({ path }) => pattern.test(inside(path)))
      .map(({ path, source }) => ({ path, values: readYaml(source).value }));
  return {
    path: folder,
    name,
    isLibrary: chart['type'] === 'library',
    dependencies: asList(chart['dependencies']).flatMap((item) => {
      const repository = asText(asMap(item)['repository']) ?? '';
      return repository.startsWith('file://') ? [posix.join(folder, repository.slice('file://'.length))] : [];
    }),
    values: values(/^values\.ya?ml$/)[0]?.values ?? {},
    valuesFiles: values(/^(?:values\/.*|values[._-].*|.*[._-]values)\.ya?ml$/),
    templates: own.filter(({ path }) => /^templates\//.test(inside(path)) && !/\/tests?\//.test(path)),
  };
}
