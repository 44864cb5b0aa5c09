import { APP_LABEL, MANAGED_BY } from './labels.ts';
import { type Manifest, updateAt } from './manifest.ts';
import { mapPodTemplate, podTemplatePath } from './pod-templates.ts';

export interface Labelling {
  /** name of the project */
  readonly app: string;
  /** for objects of kinds that live in namespaces and name none */
  readonly namespace: string;
  readonly namespaced: boolean;
}

/**
 * Marks a manifest and its pod template as the project's, and fills in the namespace. Selectors, volume claim
 * templates and everything else stay as they are: they could not be changed later. Pure.
 */
export function labelManifest(manifest: Manifest, { app, namespace, namespaced }: Labelling): Manifest {
  const { namespace: own, ...metadata } = manifest.metadata;
  const placed: Manifest = {
    ...manifest,
    metadata: namespaced ? { ...metadata, namespace: own || namespace } : metadata,
  };
  const labelled = withLabels(placed, ['metadata'], { ...MANAGED_BY, [APP_LABEL]: app });
  if (podTemplatePath(manifest)?.length === 0) return labelled;
  return mapPodTemplate(labelled, (template) => withLabels(template, ['metadata'], { [APP_LABEL]: app }));
}

function withLabels<T>(target: T, path: readonly string[], labels: Readonly<Record<string, string>>): T {
  return updateAt(target, [...path, 'labels'], (known) => ({ ...(known as object | undefined), ...labels }));
}
