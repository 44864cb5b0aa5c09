import type { ResourceKey } from '../session/observed.ts';
import { type ResourceParts, resourceParts } from '../session/resource-parts.ts';

/**
 * What to call each resource on screen: its name, with the kind before it where two share a name ("job/web"), and
 * the namespace before that where two share both. Pure.
 */
export function shortNames(keys: readonly ResourceKey[]): ReadonlyMap<ResourceKey, string> {
  const forms: readonly ((parts: ResourceParts) => string)[] = [
    ({ name }) => name,
    ({ kind, name }) => `${kind.toLowerCase()}/${name}`,
    ({ kind, namespace, name }) => `${namespace}/${kind.toLowerCase()}/${name}`,
  ];
  const names = new Map<ResourceKey, string>();
  let open = [...new Set(keys)];
  for (const form of forms) {
    const byName = Map.groupBy(open, (key) => form(resourceParts(key)));
    for (const [name, sharers] of byName)
      if (sharers.length === 1) for (const key of sharers) names.set(key, name);
    open = open.filter((key) => !names.has(key));
  }
  for (const key of open) names.set(key, key);
  return names;
}
