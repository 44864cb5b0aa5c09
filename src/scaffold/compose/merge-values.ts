import { pairsOf, type Value } from './compose-value.ts';

/** Lists that a later file replaces; all others it adds to, as compose does. */
const REPLACED = new Set(['command', 'entrypoint', 'test']);
/** May be written as a list of `NAME=value` or as a map. */
const PAIRS = new Set(['environment', 'labels', 'args', 'extra_hosts', 'sysctls']);

/** A value laid over another one: maps are merged, lists joined, scalars replaced. Pure. */
export function mergeValues(base: Value | undefined, over: Value | undefined, key = ''): Value {
  if (!base || !over) return over ?? base ?? { at: { file: '' } };
  if (PAIRS.has(key)) return { at: over.at, map: new Map([...pairsOf(base), ...pairsOf(over)]) };
  if (key === 'depends_on' || key === 'networks') return mergeNames(base, over);
  if (base.map && over.map) return mergeMaps(base.map, over.map, over);
  if (base.list && over.list && !REPLACED.has(key))
    return { at: over.at, list: joined(base.list, over.list, key) };
  return over;
}

function mergeMaps(base: ReadonlyMap<string, Value>, over: ReadonlyMap<string, Value>, { at }: Value): Value {
  const merged = new Map(base);
  for (const [name, value] of over) {
    const before = base.get(name);
    merged.set(name, before ? mergeValues(before, value, name) : value);
  }
  return { at, map: merged };
}

/** A list of names, or a map of them to what is said about each. */
function mergeNames(base: Value, over: Value): Value {
  const named = ({ map, list, at }: Value) =>
    map ?? new Map((list ?? []).map(({ text = '' }): [string, Value] => [text, { at }]));
  return { at: over.at, map: new Map([...named(base), ...named(over)]) };
}

/** Volumes are told apart by where they are mounted: the later one wins. */
function joined(base: readonly Value[], over: readonly Value[], key: string): readonly Value[] {
  const id = (value: Value) =>
    key === 'volumes' ? mountPathOf(value) : (value.text ?? JSON.stringify(plain(value)));
  const taken = new Set(over.map(id));
  return [...base.filter((value) => !taken.has(id(value))), ...over];
}

function mountPathOf({ text, map }: Value): string {
  const parts = (text ?? '').replace(/:(ro|rw|z|Z|cached|delegated|consistent|,)+$/, '').split(':');
  return map?.get('target')?.text ?? parts.at(-1) ?? '';
}

const plain = ({ text, list, map }: Value): unknown =>
  map ? [...map].map(([name, value]) => [name, plain(value)]) : (list?.map(plain) ?? text);
