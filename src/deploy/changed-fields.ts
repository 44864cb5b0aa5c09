import type { Path } from '../config/located-tree.ts';
import type { KubeObject } from '../kube/kube-object.ts';
import { isMap, type Manifest } from './manifest.ts';

/**
 * What of `spec` can be changed, for the kinds that are refused with no more than "spec":
 * pkg/apis/apps/validation and pkg/apis/core/validation of Kubernetes 1.36.
 */
const CHANGEABLE: Readonly<Record<string, readonly string[]>> = {
  StatefulSet: [
    'replicas',
    'ordinals',
    'template',
    'updateStrategy',
    'revisionHistoryLimit',
    'persistentVolumeClaimRetentionPolicy',
    'minReadySeconds',
  ],
  PersistentVolumeClaim: ['resources', 'volumeAttributesClassName'],
};

/**
 * The fields of a spec that are set to other values than the object has, and that cannot be changed. Empty where that
 * is not known. Pure.
 */
export function changedFields(manifest: Manifest, live: KubeObject): readonly Path[] {
  const changeable = CHANGEABLE[manifest.kind];
  const { spec } = manifest as { readonly spec?: unknown };
  if (!changeable || !isMap(spec)) return [];
  const fixed = Object.fromEntries(Object.entries(spec).filter(([key]) => !changeable.includes(key)));
  return differing(fixed, (live as { readonly spec?: unknown }).spec, ['spec']);
}

function differing(wanted: unknown, live: unknown, path: Path): readonly Path[] {
  if (wanted === null || wanted === undefined) return [];
  if (Array.isArray(wanted)) {
    if (!Array.isArray(live) || live.length !== wanted.length) return [path];
    return wanted.flatMap((item, index) => differing(item, live[index], [...path, index]));
  }
  if (!isMap(wanted)) return String(wanted) === String(live) ? [] : [path];
  if (!isMap(live)) return Object.keys(wanted).length === 0 ? [] : [path];
  return Object.entries(wanted).flatMap(([key, value]) => differing(value, live[key], [...path, key]));
}
