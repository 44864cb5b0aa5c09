import { groupOf, isMap, type Manifest, updateAt, valueAt } from './manifest.ts';

/** Where the kinds that make pods keep the pod's template, by `group/Kind`. A Pod is its own. */
const templatePaths: Readonly<Record<string, readonly string[]>> = {
  '/Pod': [],
  '/PodTemplate': ['template'],
  '/ReplicationController': ['spec', 'template'],
  'apps/Deployment': ['spec', 'template'],
  'apps/StatefulSet': ['spec', 'template'],
  'apps/DaemonSet': ['spec', 'template'],
  'apps/ReplicaSet': ['spec', 'template'],
  'batch/Job': ['spec', 'template'],
  'batch/CronJob': ['spec', 'jobTemplate', 'spec', 'template'],
};

/** Path of the pod template in a manifest; undefined for kinds that make no pods. Pure. */
export function podTemplatePath(manifest: Manifest): readonly string[] | undefined {
  return templatePaths[`${groupOf(manifest.apiVersion)}/${manifest.kind}`];
}

/** The manifest with its pod template changed; the same one when it has none. Pure. */
export function mapPodTemplate(
  manifest: Manifest,
  change: (template: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>,
): Manifest {
  const path = podTemplatePath(manifest);
  if (!path || !isMap(valueAt(manifest, path))) return manifest;
  return updateAt(manifest, path, (template) => change(template as Readonly<Record<string, unknown>>));
}
