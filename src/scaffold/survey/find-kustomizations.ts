import { posix } from 'node:path';
import type { LeftOut } from '../proposal.ts';
import { asList, asMap, asText, asTexts } from './loose-values.ts';
import { readYaml } from './read-yaml.ts';
import type { FoundKustomization, FoundText } from './survey.ts';

/** Pure. */
export const isKustomizationName = (path: string): boolean =>
  /^(?:kustomization\.ya?ml|Kustomization)$/.test(posix.basename(path));

/** What a kustomization says of itself. Pure. */
export function readKustomization({ path: file, source }: FoundText): {
  readonly found?: FoundKustomization;
  readonly leftOut: readonly LeftOut[];
} {
  const { value, problem } = readYaml(source);
  if (problem !== undefined) return { leftOut: [`${file}: not valid YAML: ${problem}`] };
  const map = asMap(value);
  if (Object.keys(map).every((key) => ['apiVersion', 'kind', 'metadata'].includes(key))) {
    return { leftOut: [`${file}: there is nothing in it`] };
  }
  const path = posix.dirname(file);
  const namespace = asText(map['namespace']);
  return {
    found: {
      path,
      file,
      isComponent: map['kind'] === 'Component',
      resources: [...asTexts(map['resources']), ...asTexts(map['bases']), ...asTexts(map['components'])].map(
        (entry) => posix.join(path, entry).replace(/\/$/, ''),
      ),
      others: otherFiles(map).map((entry) => posix.join(path, entry)),
      ...(namespace === undefined ? {} : { namespace }),
      namePrefix: asText(map['namePrefix']) ?? '',
      nameSuffix: asText(map['nameSuffix']) ?? '',
      renames: Object.fromEntries(asList(map['images']).map(asMap).flatMap(renameOf)),
    },
    leftOut:
      asList(map['helmCharts']).length > 0 ? [`${file}: its helmCharts take kustomize --enable-helm`] : [],
  };
}

/** Patches and the like, which are no objects by themselves. */
function otherFiles(map: Readonly<Record<string, unknown>>): readonly string[] {
  const listed = [
    'patchesStrategicMerge',
    'crds',
    'configurations',
    'transformers',
    'generators',
    'validators',
  ];
  const withPath = ['patches', 'patchesJson6902', 'replacements'];
  return [
    ...listed.flatMap((key) => asTexts(map[key])),
    ...withPath.flatMap((key) => asList(map[key]).flatMap((item) => asText(asMap(item)['path']) ?? [])),
  ].filter((text) => !text.includes('\n'));
}

function renameOf({ name, newName }: Readonly<Record<string, unknown>>): [string, string][] {
  return typeof name === 'string' && typeof newName === 'string' ? [[name, newName]] : [];
}
