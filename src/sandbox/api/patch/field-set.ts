import { isDeepStrictEqual } from 'node:util';
import type { FieldSet } from '../objects/stored-object.ts';
import { isMap } from '../schema/check-fields.ts';
import { fieldShape, type Shape } from '../schema/shape.ts';

/** A way to a value: keys as FieldsV1 writes them. */
export type FieldPath = readonly string[];

/** Fields that nobody owns: what names an object, and what the server sets. */
const UNOWNED: ReadonlySet<string> = new Set([
  ...['apiVersion', 'kind', 'metadata'],
  ...['metadata.name', 'metadata.namespace', 'metadata.uid', 'metadata.resourceVersion'],
  ...['metadata.generation', 'metadata.creationTimestamp', 'metadata.managedFields', 'metadata.selfLink'],
  ...['metadata.deletionTimestamp', 'metadata.deletionGracePeriodSeconds'],
]);

/** The fields that an object sets, as leaves; a list item and a map that merges is a leaf of its own (`.`), too. Pure. */
export function fieldsOf(object: Readonly<Record<string, unknown>>, shape: Shape): readonly FieldPath[] {
  return Object.entries(object).flatMap(([key, value]) => {
    if (key === 'metadata' && isMap(value)) {
      return Object.entries(value).flatMap(([name, item]) =>
        UNOWNED.has(`metadata.${name}`)
          ? []
          : leaves(item, shapeIn(shape, 'metadata', name), ['f:metadata', `f:${name}`]),
      );
    }
    return UNOWNED.has(key) ? [] : leaves(value, shapeIn(shape, key), [`f:${key}`]);
  });
}

function shapeIn(shape: Shape, ...keys: readonly string[]): Shape {
  return keys.reduce<Shape>((at, key) => fieldShape(at, key) ?? { is: 'any' }, shape);
}

function leaves(value: unknown, shape: Shape, path: FieldPath): readonly FieldPath[] {
  if (isMap(value) && !('atomic' in shape && shape.atomic)) {
    const below = Object.entries(value).flatMap(([key, item]) =>
      leaves(item, fieldShape(shape, key) ?? { is: 'any' }, [...path, `f:${key}`]),
    );
    return below.length === 0 || shape.is !== 'struct' ? [[...path, '.'], ...below] : below;
  }
  if (Array.isArray(value) && shape.is === 'list' && (shape.keys || shape.set)) {
    const below = value.flatMap((item) => {
      const at = [...path, itemKey(item, shape)];
      return shape.set
        ? [at]
        : [
            [...at, '.'],
            ...leaves(item, shape.item, at).filter(
              (leaf) => leaf.length > at.length + 1 || leaf.at(-1) !== '.',
            ),
          ];
    });
    return [[...path, '.'], ...below];
  }
  return [path];
}

/** `k:{"name":"web"}` or `v:"a"`: how an item is told apart. Keys with a default have it (protocol TCP). Pure. */
export function itemKey(item: unknown, { keys }: Extract<Shape, { is: 'list' }>): string {
  if (!keys) return `v:${JSON.stringify(item)}`;
  const map = isMap(item) ? item : {};
  const entries = keys.toSorted().flatMap((key) => {
    const value = map[key] ?? (key === 'protocol' ? 'TCP' : undefined);
    return value === undefined ? [] : [[key, value]];
  });
  return `k:${JSON.stringify(Object.fromEntries(entries))}`;
}

/** The value at a path; undefined: there is none. Pure. */
export function valueAt(object: unknown, path: FieldPath, shape: Shape): unknown {
  let value = object;
  let at: Shape = shape;
  for (const key of path) {
    if (key === '.') return value === undefined ? undefined : PRESENT;
    if (key.startsWith('f:')) {
      value = isMap(value) ? value[key.slice(2)] : undefined;
      at = fieldShape(at, key.slice(2)) ?? { is: 'any' };
    } else {
      const list = at;
      if (list.is !== 'list' || !Array.isArray(value)) return undefined;
      value = value.find((item) => itemKey(item, list) === key);
      at = list.item;
    }
  }
  return value;
}

/** Of a map or list item itself only that it is there counts. */
const PRESENT = '(present)';

/** Pure. */
export function toFieldSet(paths: readonly FieldPath[]): FieldSet {
  const root: Record<string, unknown> = {};
  for (const path of paths) {
    let at = root;
    for (const key of path) {
      at[key] ??= {};
      at = at[key] as Record<string, unknown>;
    }
  }
  return root as FieldSet;
}

/** Pure. */
export function toPaths(set: FieldSet, path: FieldPath = []): readonly FieldPath[] {
  return Object.entries(set).flatMap(([key, below]) => {
    const at = [...path, key];
    return Object.keys(below).length === 0 ? [at] : toPaths(below, at);
  });
}

/** Paths of either object whose value is another one in the other. Pure. */
export function changedFields(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
  shape: Shape,
): { readonly set: readonly FieldPath[]; readonly gone: readonly FieldPath[] } {
  const set = fieldsOf(after, shape).filter(
    (path) => !isDeepStrictEqual(valueAt(before, path, shape), valueAt(after, path, shape)),
  );
  const gone = fieldsOf(before, shape).filter((path) => valueAt(after, path, shape) === undefined);
  return { set, gone };
}

/** A path as kubectl shows it: `.spec.template.spec.containers[name="web"].image`. Pure. */
export function formatPath(path: FieldPath): string {
  return path
    .filter((key) => key !== '.')
    .map((key) => {
      if (key.startsWith('f:')) return `.${key.slice(2)}`;
      if (key.startsWith('v:')) return `[=${key.slice(2)}]`;
      const keys = Object.entries(JSON.parse(key.slice(2)) as Record<string, unknown>);
      return `[${keys.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(',')}]`;
    })
    .join('');
}

export const samePath = (path: FieldPath): string => path.join('\0');
