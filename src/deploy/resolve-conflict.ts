import type { KubeObject } from '../kube/kube-object.ts';
import { type FieldConflict, isRockpool, isTool, managerInWords } from './field-managers.ts';
import { REPLICAS_ANNOTATION } from './labels.ts';
import { isMap, type Manifest, valueAt } from './manifest.ts';

export interface Resolution {
  /** as it may be sent with force */
  readonly manifest: Manifest;
  readonly warnings: readonly string[];
}

const REPLICAS = 'spec.replicas';
/** `rockpool scale` says how many as kubectl scale does; everything else of rockpool gives way to the manifest. */
const SCALER = 'rockpool-scale';

/**
 * How an object of ours is applied although others set fields of the manifest to other values. What people changed is
 * taken back with a word, but for a count of replicas: that stays until the manifest's own value changes. Undefined
 * when a controller has one of the fields, since nothing is taken from those. Pure.
 * @param live the object as it was before the apply
 * @param isAdoption it is taken over now: then only a count that was set by scaling stays, not one of a manifest
 */
export function resolveConflict(
  conflicts: readonly FieldConflict[],
  manifest: Manifest,
  live: KubeObject | undefined,
  isAdoption = false,
): Resolution | undefined {
  if (conflicts.length === 0 || controllersOf(conflicts).length > 0) return undefined;
  const isKept = (conflict: FieldConflict) =>
    isScaling(conflict) && (!isAdoption || conflict.subresource === 'scale');
  const counts = isOwnCountChanged(manifest, live) ? [] : conflicts.filter(isKept);
  // Others that had set a count before hold the field still: it is the scaling that says why it is what it is.
  const scaled = counts.find(({ subresource }) => subresource === 'scale') ?? counts[0];
  const isSettled = ({ field }: FieldConflict) => scaled !== undefined && field === REPLICAS;
  const taken = conflicts.filter((conflict) => !isSettled(conflict) && !isRockpool(conflict.manager));
  return {
    manifest: scaled ? withoutReplicas(manifest) : manifest,
    warnings: [...(scaled ? [keptCount(scaled, manifest, live)] : []), ...takenBack(taken, isAdoption)],
  };
}

/** The conflicts that are not to be resolved by force. Pure. */
export function controllersOf(conflicts: readonly FieldConflict[]): readonly FieldConflict[] {
  return conflicts.filter(({ manager }) => !isTool(manager) && !isRockpool(manager));
}

/** The manifest without its count of replicas, so that the one in the cluster stays. Pure. */
export function withoutReplicas(manifest: Manifest): Manifest {
  if (!isMap(manifest.spec)) return manifest;
  const { replicas: _, ...spec } = manifest.spec;
  return { ...manifest, spec };
}

function isScaling({ manager, field }: FieldConflict): boolean {
  return field === REPLICAS && (!isRockpool(manager) || manager === SCALER);
}

/** Unknown counts as unchanged: then the count in the cluster stays. */
function isOwnCountChanged(manifest: Manifest, live: KubeObject | undefined): boolean {
  const recorded = live?.metadata?.annotations?.[REPLICAS_ANNOTATION];
  return recorded !== undefined && recorded !== String(valueAt(manifest, ['spec', 'replicas']));
}

function keptCount(
  { manager, subresource }: FieldConflict,
  manifest: Manifest,
  live: KubeObject | undefined,
): string {
  const count = valueAt(live, ['spec', 'replicas']);
  const own = valueAt(manifest, ['spec', 'replicas']);
  return `${managerInWords(manager, subresource)} set spec.replicas to ${count}: it stays so until the manifest says something else than ${own}`;
}

function takenBack(taken: readonly FieldConflict[], isAdoption: boolean): string[] {
  const byManager = Map.groupBy(taken, ({ manager, subresource }) => managerInWords(manager, subresource));
  return [...byManager].map(([who, conflicts]) => {
    const fields = listed(conflicts.map(({ field }) => field));
    if (isAdoption) return `the manifest's values take the place of those of ${who}: ${fields}`;
    const values = conflicts.length === 1 ? "the manifest's value is back" : "the manifest's values are back";
    return `${who} had changed ${fields}: ${values}`;
  });
}

/** Fields in words, five at most. Pure. */
export function listed(fields: readonly string[]): string {
  const shown = fields.slice(0, 5).join(', ');
  return fields.length > 5 ? `${shown} and ${fields.length - 5} more fields` : shown;
}
