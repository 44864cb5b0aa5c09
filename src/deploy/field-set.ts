import { isMap } from './manifest.ts';

/**
 * Fields of an object in the form of managedFields (fieldsV1): `f:name` is a field, `k:{"name":"web"}` an item of a list
 * by its keys, `v:"value"` an item of a set, `.` the field or item itself, which an empty set means too.
 */
export interface FieldSet {
  readonly [element: string]: FieldSet;
}

/**
 * What is left of one manager's fields without another's. An item of a list that the other has goes whole: what a first
 * manager kept of it (defaults, mostly) would keep the item alive when the other takes it out. Pure.
 */
export function withoutFields(theirs: FieldSet, ours: FieldSet): FieldSet {
  const left: Record<string, FieldSet> = {};
  for (const [element, inner] of Object.entries(theirs)) {
    const mine = ours[element];
    if (mine === undefined) left[element] = inner;
    else if (element.startsWith('f:')) {
      const rest = withoutFields(inner, mine);
      const keepsItself = hasItself(inner) && !hasItself(mine);
      if (keepsItself || Object.keys(rest).length > 0)
        left[element] = keepsItself ? { ...rest, '.': {} } : rest;
    }
  }
  if (hasItself(ours)) delete left['.'];
  return left;
}

/** Whether two sets have a field in common. Pure. */
export function haveCommon(one: FieldSet, other: FieldSet): boolean {
  return Object.entries(one).some(([element, inner]) => {
    const mine = other[element];
    if (mine === undefined || element === '.') return false;
    return !element.startsWith('f:') || (hasItself(inner) && hasItself(mine)) || haveCommon(inner, mine);
  });
}

/** Whether a set has the field at the path of names, such as `['spec', 'replicas']`. Pure. */
export function hasField(set: FieldSet, path: readonly string[]): boolean {
  const [name, ...rest] = path;
  if (name === undefined) return true;
  const inner = set[`f:${name}`];
  return inner !== undefined && hasField(inner, rest);
}

/** The name of a `f:` element; undefined for others. Pure. */
export function fieldName(element: string): string | undefined {
  return element.startsWith('f:') ? element.slice(2) : undefined;
}

/** Place in a list of what a `k:` or `v:` element means, or -1. Pure. */
export function itemIndex(list: readonly unknown[], element: string): number {
  const wanted: unknown = JSON.parse(element.slice(2));
  if (element.startsWith('v:')) return list.indexOf(wanted);
  if (!element.startsWith('k:') || !isMap(wanted)) return -1;
  return list.findIndex(
    (item) => isMap(item) && Object.entries(wanted).every(([key, value]) => item[key] === value),
  );
}

const hasItself = (set: FieldSet): boolean => '.' in set || Object.keys(set).length === 0;
