import { CONFIG_HASH_ANNOTATION } from './labels.ts';
import { groupOf, isMap, type Manifest, updateAt, valueAt } from './manifest.ts';
import { manifestHash } from './manifest-hash.ts';
import { mapPodTemplate, podTemplatePath } from './pod-templates.ts';

/** Kinds that make new pods when their template changes. Jobs would run once more, and CronJobs' next run reads anew anyway. */
const ROLLING = new Set(['Deployment', 'StatefulSet', 'DaemonSet']);

/**
 * Puts a hash of the ConfigMaps and Secrets that a workload's pods use into its pod template, so that a change of their
 * content makes new pods: the kubelet gives running ones the new files a minute later, and the new variables never.
 * Only those among the manifests count. Pure.
 */
export function withConfigHash(manifest: Manifest, beside: readonly Manifest[]): Manifest {
  if (groupOf(manifest.apiVersion) !== 'apps' || !ROLLING.has(manifest.kind)) return manifest;
  const names = namesUsed(valueAt(manifest, [...(podTemplatePath(manifest) ?? []), 'spec']));
  const used = beside.filter(
    (other) => other.metadata.namespace === manifest.metadata.namespace && names.has(nameOf(other)),
  );
  if (used.length === 0) return manifest;
  // The name of the workload is the salt: equal Secrets do not show as equal hashes.
  const content = used.map(contentOf).sort(([a], [b]) => (a < b ? -1 : 1));
  const hash = manifestHash([manifest.metadata.namespace, manifest.metadata.name, content]).slice(0, 10);
  return mapPodTemplate(manifest, (template) =>
    updateAt(template, ['metadata', 'annotations'], (known) => ({
      ...(isMap(known) ? known : {}),
      [CONFIG_HASH_ANNOTATION]: hash,
    })),
  );
}

const nameOf = ({ apiVersion, kind, metadata }: Manifest): string => `${apiVersion}/${kind}/${metadata.name}`;

/** What pods see of it: labels and annotations are no content. */
function contentOf(manifest: Manifest): [string, unknown] {
  const { data, binaryData, stringData } = manifest;
  return [nameOf(manifest), { data, binaryData, stringData }];
}

function namesUsed(podSpec: unknown): ReadonlySet<string> {
  const containers = ['containers', 'initContainers'].flatMap((list) => itemsAt(podSpec, list));
  const volumes = itemsAt(podSpec, 'volumes');
  const projected = volumes.flatMap((volume) => itemsAt(valueAt(volume, ['projected']), 'sources'));
  const names = (kind: string, from: readonly unknown[], path: readonly string[]) =>
    from.flatMap((item) => {
      const name = valueAt(item, path);
      return typeof name === 'string' ? [`v1/${kind}/${name}`] : [];
    });
  const variables = containers.flatMap((container) => itemsAt(container, 'env'));
  const sources = containers.flatMap((container) => itemsAt(container, 'envFrom'));
  return new Set([
    ...names('ConfigMap', variables, ['valueFrom', 'configMapKeyRef', 'name']),
    ...names('Secret', variables, ['valueFrom', 'secretKeyRef', 'name']),
    ...names('ConfigMap', sources, ['configMapRef', 'name']),
    ...names('Secret', sources, ['secretRef', 'name']),
    ...names('ConfigMap', [...volumes, ...projected], ['configMap', 'name']),
    ...names('Secret', volumes, ['secret', 'secretName']),
    ...names('Secret', projected, ['secret', 'name']),
  ]);
}

function itemsAt(target: unknown, field: string): readonly unknown[] {
  const items = valueAt(target, [field]);
  return Array.isArray(items) ? items : [];
}
