import { type FieldSet, fieldName, itemIndex } from './field-set.ts';
import { isMap } from './manifest.ts';

/**
 * A value with the fields of `theirs` as they are in `live`, except those that one of `ours` has, too: those stay as
 * they are in `base`. Pure.
 */
export function overlayFields<T>(base: T, live: unknown, theirs: FieldSet, ours: readonly FieldSet[]): T {
  const isNothing = Object.keys(theirs).length === 0;
  return isNothing ? base : (overlayValue(base, live, theirs, ours) as T);
}

function overlayValue(base: unknown, live: unknown, theirs: FieldSet, ours: readonly FieldSet[]): unknown {
  if (live === undefined) return base;
  if (Object.keys(theirs).length === 0) return ours.length > 0 ? base : live;
  if (Array.isArray(live)) return overlayList(base, live, theirs, ours);
  if (!isMap(live)) return base;
  const result: Record<string, unknown> = isMap(base) ? { ...base } : {};
  for (const [element, inner] of Object.entries(theirs)) {
    const name = fieldName(element);
    if (name === undefined) continue;
    const value = overlayValue(result[name], live[name], inner, within(ours, element));
    if (value !== undefined) result[name] = value;
  }
  return base === undefined && Object.keys(result).length === 0 ? undefined : result;
}

/** An item that the project added goes, whatever others changed in it. */
function overlayList(
  base: unknown,
  live: readonly unknown[],
  theirs: FieldSet,
  ours: readonly FieldSet[],
): unknown {
  const result: unknown[] = Array.isArray(base) ? [...base] : [];
  for (const [element, inner] of Object.entries(theirs)) {
    if (element === '.') continue;
    const now = live[itemIndex(live, element)];
    const at = itemIndex(result, element);
    const mine = within(ours, element);
    if (now === undefined) continue;
    if (at !== -1) result[at] = overlayValue(result[at], now, inner, mine);
    else if (mine.length === 0) result.push(now);
  }
  return base === undefined && result.length === 0 ? undefined : result;
}

function within(sets: readonly FieldSet[], element: string): readonly FieldSet[] {
  return sets.flatMap((set) => set[element] ?? []);
}
