import { mergeValues } from '../../config/merge-profile.ts';
import { isMap, updateAt } from '../../deploy/manifest.ts';
import { parseManifests } from '../../deploy/parse-manifests.ts';
import { formatPlace } from '../../session/failure.ts';
import type { FoundChart, Survey } from '../survey/survey.ts';
import { keyOfUse } from './chart-uses.ts';
import { expandTemplate, UNKNOWN } from './go-template.ts';
import type { PlacedObject, Source } from './source.ts';

/** How a chart is to be rendered. */
export interface ChartUse {
  readonly release: string;
  /** values files, relative to the project */
  readonly valuesFiles: readonly string[];
  /** single values by helm's paths */
  readonly set: Readonly<Record<string, string | number | boolean>>;
}

/**
 * A chart as something that can be applied, with its objects as helm rendered them, else as far as they can be told
 * without it. Pure.
 */
export function chartSource(chart: FoundChart, use: ChartUse, rendered: Survey['rendered']): Source {
  const { release, valuesFiles, set } = use;
  const objects = rendered?.get(keyOfUse(chart, use)) ?? guessedObjects(chart, use);
  return { kind: 'helm', path: chart.path, objects, release, valuesFiles, set };
}

function guessedObjects(chart: FoundChart, { release, valuesFiles, set }: ChartUse): readonly PlacedObject[] {
  const files = valuesFiles.map((path) => chart.valuesFiles.find((file) => file.path === path)?.values);
  const merged = files.reduce((values, file) => mergeValues(values, file ?? {}), chart.values);
  const values = Object.entries(set).reduce<unknown>(
    (all, [path, value]) => updateAt(all, path.split('.'), () => value),
    merged,
  );
  return objectsOf(chart, values, release);
}

function objectsOf(chart: FoundChart, values: unknown, release: string): readonly PlacedObject[] {
  const own = chart.templates.flatMap(({ path, source }) => {
    const text = expandTemplate(source, { values, chart: chart.name, release });
    return parseManifests(text, path).manifests.map(({ manifest, place }) => ({
      manifest,
      at: formatPlace({ file: place.file }),
    }));
  });
  const known = own.filter(({ manifest }) => !manifest.metadata.name.includes(UNKNOWN));
  const placed = known.map((item) => ({ ...item, manifest: withoutUnknownNamespace(item.manifest) }));
  return [...placed, ...chart.subcharts.flatMap((sub) => objectsOf(sub, valuesFor(sub, values), release))];
}

function withoutUnknownNamespace(manifest: PlacedObject['manifest']): PlacedObject['manifest'] {
  if (!manifest.metadata.namespace?.includes(UNKNOWN)) return manifest;
  return updateAt(manifest, ['metadata', 'namespace'], () => undefined);
}

/** A subchart sees its own values, with what its parent has under its name laid over them. */
function valuesFor(sub: FoundChart, parent: unknown): unknown {
  const given = isMap(parent) ? parent[sub.name] : undefined;
  return mergeValues(sub.values, given ?? {});
}
