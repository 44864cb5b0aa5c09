import { describeResource } from './manifest.ts';
import type { ReadManifest } from './parse-rendered.ts';

const HOOK = 'helm.sh/hook';
/** CRDs of charts for helm 2: what is meant is that they are there before the rest. */
const CRD = 'crd-install';

/**
 * What of a chart is applied: everything but its hooks, which helm runs at set times and rockpool does not. Tests are no
 * part of a running application; any other hook is told. Pure.
 * @param chart as messages name it
 */
export function withoutHooks(
  manifests: readonly ReadManifest[],
  chart: string,
): { readonly kept: readonly ReadManifest[]; readonly word: readonly string[] } {
  const hooks = manifests.map((read) => ({ read, hooks: hooksOf(read) }));
  const kept = hooks.filter((item) => item.hooks.every((hook) => hook === CRD));
  const told = hooks
    .filter((item) => !kept.includes(item) && !item.hooks.every((hook) => hook.startsWith('test')))
    .map((item) => `${describeResource(item.read.manifest)} (${item.hooks.join(', ')})`);
  const word = told.length === 0 ? [] : [`${chart}: its hooks are not run yet: ${told.join(', ')}`];
  return { kept: kept.map(({ read }) => read), word };
}

function hooksOf({ manifest }: ReadManifest): readonly string[] {
  const value = manifest.metadata.annotations?.[HOOK];
  if (typeof value !== 'string') return [];
  return value
    .split(',')
    .map((hook) => hook.trim())
    .filter((hook) => hook !== '');
}
