import { type FieldSet, fieldName, itemIndex } from './field-set.ts';
import { isMap } from './manifest.ts';

/**
 * An object with the fields of `ours` as they were in `original`, taken out where that had none. Everything else stays
 * as it is now. Pure.
 */
export function restoreFields<T>(live: T, original: unknown, ours: FieldSet): T {
  return restoreValue(live, original, ours) as T;
}

/** An object with the fields of `theirs` that it has no more as they were in `original`. Pure. */
export function bringBackFields<T>(live: T, original: unknown, theirs: FieldSet): T {
  return bringBackValue(live, original, theirs) as T;
}

function restoreValue(live: unknown, original: unknown, set: FieldSet): unknown {
  if (Object.keys(set).length === 0) return original;
  if (Array.isArray(live)) return restoreList(live, Array.isArray(original) ? original : [], set);
  if (!isMap(live)) return original;
  const known = isMap(original) ? original : {};
  const result: Record<string, unknown> = { ...live };
  for (const [element, inner] of Object.entries(set)) {
    const name = fieldName(element);
    if (name === undefined) continue;
    const value = restoreValue(live[name], known[name], inner);
    const isLeftEmpty = !(name in known) && isEmpty(value);
    if (value === undefined || isLeftEmpty) delete result[name];
    else result[name] = value;
  }
  return result;
}

function restoreList(live: readonly unknown[], original: readonly unknown[], set: FieldSet): unknown[] {
  const result = [...live];
  for (const [element, inner] of Object.entries(set)) {
    if (element === '.') continue;
    const at = itemIndex(result, element);
    const was = itemIndex(original, element);
    if (at === -1) continue;
    if (was === -1) result.splice(at, 1);
    else result[at] = restoreValue(result[at], original[was], inner);
  }
  return result;
}

function bringBackValue(live: unknown, original: unknown, set: FieldSet): unknown {
  if (live === undefined) return original;
  if (Array.isArray(live) && Array.isArray(original)) return bringBackItems(live, original, set);
  if (!isMap(live) || !isMap(original)) return live;
  const result: Record<string, unknown> = { ...live };
  for (const [element, inner] of Object.entries(set)) {
    const name = fieldName(element);
    if (name === undefined || original[name] === undefined) continue;
    result[name] = bringBackValue(live[name], original[name], inner);
  }
  return result;
}

/** Items keep the places that they had: a variable may refer to one before it. */
function bringBackItems(live: readonly unknown[], original: readonly unknown[], set: FieldSet): unknown[] {
  const result = [...live];
  for (const [element, inner] of Object.entries(set)) {
    if (element === '.') continue;
    const was = itemIndex(original, element);
    if (was === -1) continue;
    const at = itemIndex(result, element);
    if (at === -1) result.splice(Math.min(was, result.length), 0, original[was]);
    else result[at] = bringBackValue(result[at], original[was], inner);
  }
  return result;
}

function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return isMap(value) && Object.keys(value).length === 0;
}
