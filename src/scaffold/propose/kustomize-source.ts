import { parseImageName } from '../../build/image-name.ts';
import { isMap, type Manifest, updateAt } from '../../deploy/manifest.ts';
import { mapPodTemplate } from '../../deploy/pod-templates.ts';
import { formatPlace } from '../../session/failure.ts';
import type { FoundKustomization, Survey } from '../survey/survey.ts';
import type { PlacedObject, Source } from './source.ts';

/** A kustomization as something that can be applied: its objects with names, namespace and images as it changes them. Pure. */
export function kustomizeSource(kustomization: FoundKustomization, survey: Survey): Source {
  const parts = new Set<string>();
  const objects = objectsOf(kustomization, survey, parts);
  return { kind: 'kustomize', path: kustomization.path, objects, parts };
}

/** @param parts gets everything that it builds on; what is in it already is not read again, so that rings end */
function objectsOf(
  kustomization: FoundKustomization,
  survey: Survey,
  parts: Set<string>,
): readonly PlacedObject[] {
  for (const path of kustomization.others) parts.add(path);
  const found = kustomization.resources.flatMap((path): readonly PlacedObject[] => {
    if (parts.has(path)) return [];
    parts.add(path);
    const folder = survey.kustomizations.find((other) => other.path === path && other !== kustomization);
    if (folder) return objectsOf(folder, survey, parts);
    const file = survey.manifests.find((other) => other.path === path);
    return (file?.objects ?? []).map(({ manifest, place, locate }) => ({
      manifest,
      locate,
      at: formatPlace({ file: path, line: place.line }),
    }));
  });
  return found.map((item) => ({ ...item, manifest: change(item.manifest, kustomization) }));
}

function change(
  manifest: Manifest,
  { namePrefix, nameSuffix, namespace, renames }: FoundKustomization,
): Manifest {
  const { name } = manifest.metadata;
  const isFixed = manifest.kind === 'Namespace' || manifest.kind === 'CustomResourceDefinition';
  const renamed = isFixed
    ? manifest
    : updateAt(manifest, ['metadata', 'name'], () => `${namePrefix}${name}${nameSuffix}`);
  const placed =
    isFixed || namespace === undefined
      ? renamed
      : updateAt(renamed, ['metadata', 'namespace'], () => namespace);
  return mapPodTemplate(placed, (template) => ({ ...template, spec: withImages(template['spec'], renames) }));
}

function withImages(spec: unknown, renames: FoundKustomization['renames']): unknown {
  if (!isMap(spec)) return spec;
  const rename = (list: unknown) =>
    Array.isArray(list)
      ? list.map((item) => (isMap(item) ? { ...item, image: renamed(item['image'], renames) } : item))
      : list;
  return { ...spec, containers: rename(spec['containers']), initContainers: rename(spec['initContainers']) };
}

function renamed(image: unknown, renames: FoundKustomization['renames']): unknown {
  return typeof image === 'string' ? (renames[parseImageName(image).repository] ?? image) : image;
}
