import { answeredInventory } from './answered-inventory.ts';
import type { DeleteTarget } from './delete-target.ts';
import { type InventoryOptions, readInventory } from './inventory.ts';
import { removeInventory } from './inventory-parent.ts';
import { groupOf } from './manifest.ts';

const NOTHING_DELETED =
  'nothing was deleted; down needs the right to get and list what was applied: `kubectl auth can-i --list` says what you may do';

/**
 * What is to be deleted of a project: what its manifests describe, and what applies left in the cluster whatever the
 * manifests say now, each once. Rejects with a RockpoolError: CLUSTER_LOST, INVENTORY_FAILED.
 */
export async function appliedTargets(
  rendered: readonly DeleteTarget[],
  options: InventoryOptions,
): Promise<readonly DeleteTarget[]> {
  const members = await answeredInventory(() => readInventory(options), NOTHING_DELETED);
  const known = new Set(rendered.map(identity));
  const left = members.map(({ key, apiVersion, kind, name, namespace }): DeleteTarget => {
    const metadata = { name, ...(namespace === undefined ? {} : { namespace }) };
    return { key, manifest: { apiVersion, kind, metadata } };
  });
  return [...rendered, ...left.filter((target) => !known.has(identity(target)))];
}

/** Forgets the set of what was applied once nothing of it is left; what was kept stays known. Rejects as appliedTargets. */
export async function forgetIfEmpty(options: InventoryOptions): Promise<void> {
  await answeredInventory(async () => {
    if ((await readInventory(options)).length === 0) await removeInventory(options);
  }, 'everything was deleted that could be; only the list of what was applied is left, and the next `rockpool down` tries again');
}

/** The version of a kind says nothing of which object it is. */
function identity({ key, manifest }: DeleteTarget): string {
  return `${groupOf(manifest.apiVersion)}/${key}`;
}
