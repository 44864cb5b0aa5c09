import { posix } from 'node:path';
import { describeResource } from '../../deploy/manifest.ts';
import type { Reason } from '../proposal.ts';
import type { Survey } from '../survey/survey.ts';
import type { PlannedManifests } from './config-text.ts';
import type { Source } from './source.ts';

/** Characters that mean something in a pattern. */
const SPECIAL = /[*?[\]{}()!+@\\]/;

/** Entries of `manifests` for these sources. Pure. */
export function manifestEntries(
  sources: readonly Source[],
  { name, paths }: Survey,
): readonly PlannedManifests[] {
  const of = (kind: Source['kind']) => sources.filter((source) => source.kind === kind);
  return [
    ...fileEntries(
      of('file').map(({ path }) => path),
      paths,
    ),
    ...of('kustomize').map(({ path }) => ({ kustomize: path })),
    ...of('helm').map(({ path, release, valuesFiles = [], set = {} }) => ({
      helm: {
        chart: path,
        ...(release === undefined || release === name ? {} : { release }),
        ...(valuesFiles.length === 0 ? {} : { values: [...valuesFiles] }),
        ...(Object.keys(set).length === 0 ? {} : { set }),
      },
    })),
  ];
}

/** What each entry brings. Pure. */
export function manifestReasons(sources: readonly Source[], survey: Survey): readonly Reason[] {
  return manifestEntries(sources, survey).map((entry) => {
    const path =
      typeof entry === 'string' ? entry : 'kustomize' in entry ? entry.kustomize : entry.helm['chart'];
    const own = sources.filter(
      (source) =>
        source.path === path || (typeof entry === 'string' && posix.matchesGlob(source.path, entry)),
    );
    const objects = own.flatMap((source) => source.objects.map(({ manifest }) => describeResource(manifest)));
    const word = typeof entry === 'string' ? '' : 'kustomize' in entry ? 'the kustomization ' : 'the chart ';
    return { what: `manifests: ${word}${path}`, why: objects.length === 0 ? [] : [shortened(objects)] };
  });
}

function shortened(words: readonly string[]): string {
  const shown = words.slice(0, 8).join(', ');
  return words.length > 8 ? `${shown} and ${words.length - 8} more` : shown;
}

/**
 * A pattern takes in manifests that are added later; it stands for a folder where all that it would match is among them.
 * @param files those to be applied
 * @param all every file of the project
 */
function fileEntries(files: readonly string[], all: Iterable<string>): readonly string[] {
  const chosen = new Set(files);
  const others = [...all].filter((path) => !chosen.has(path) && !posix.basename(path).startsWith('_'));
  const mixed = new Set(others.flatMap((path) => patternOf(path) ?? []));
  const entries = files.map((path) => {
    const pattern = patternOf(path);
    const isAlone = posix.dirname(path) === '.' || SPECIAL.test(posix.dirname(path));
    return pattern === undefined || isAlone || mixed.has(pattern) ? path : pattern;
  });
  return [...new Set(entries)].sort(compare);
}

/** `k8s/*.yaml` for `k8s/web.yaml`. */
function patternOf(path: string): string | undefined {
  const [suffix] = /\.(?:ya?ml|json)(?:\.liquid)?$/.exec(path) ?? [];
  return suffix === undefined ? undefined : `${posix.dirname(path)}/*${suffix}`;
}

/** Folder by folder, what is nearer first. */
function compare(a: string, b: string): number {
  const [left, right] = [posix.dirname(a), posix.dirname(b)];
  if (left !== right) return left < right ? -1 : 1;
  return a < b ? -1 : 1;
}
