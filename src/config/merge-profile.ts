import type { Located } from './located-tree.ts';

/** `over` laid on `base`: maps are merged key by key, lists and scalars replaced. Everything keeps its place. Pure. */
export function mergeLocated(base: Located, over: Located): Located {
  if (!base.map || !over.map) return over;
  const map = new Map(base.map);
  for (const [key, entry] of over.map) {
    const known = map.get(key);
    map.set(key, known ? { ...entry, node: mergeLocated(known.node, entry.node) } : entry);
  }
  return { ...base, map };
}

/** The same for plain values. */
export function mergeValues(base: unknown, over: unknown): unknown {
  if (!isRecord(base) || !isRecord(over)) return over;
  const merged = new Map(Object.entries(base));
  for (const [key, value] of Object.entries(over)) {
    merged.set(key, merged.has(key) ? mergeValues(merged.get(key), value) : value);
  }
  return Object.fromEntries(merged);
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
