import { refuse } from '../api-error.ts';
import { isMap } from '../schema/check-fields.ts';
import { fieldShape, type Shape } from '../schema/shape.ts';

/**
 * A strategic merge patch: maps merge, lists merge by their key where Kubernetes says so, `$patch`, `$retainKeys`,
 * `$setElementOrder` and `$deleteFromPrimitiveList` direct it (kubernetes/community, strategic-merge-patch.md). Pure.
 */
export function strategicPatch(target: unknown, patch: unknown, shape: Shape): unknown {
  if (patch === null) return undefined;
  if (Array.isArray(patch)) return patchList(target, patch, shape, undefined);
  return isMap(patch) ? patchMap(isMap(target) ? target : {}, patch, shape) : patch;
}

function patchMap(
  target: Record<string, unknown>,
  patch: Record<string, unknown>,
  shape: Shape,
): Record<string, unknown> | undefined {
  const { $patch: directive, $retainKeys: retained, ...fields } = patch;
  if (directive === 'delete') return undefined;
  if (directive === 'replace') return plain(fields) as Record<string, unknown>;
  const kept = Array.isArray(retained)
    ? Object.fromEntries(Object.entries(target).filter(([key]) => retained.includes(key)))
    : target;
  const result: Record<string, unknown> = { ...kept };
  for (const [key, value] of Object.entries(fields)) {
    const of = /^\$(setElementOrder|deleteFromPrimitiveList)\/(.*)$/.exec(key);
    if (of?.[1] === 'deleteFromPrimitiveList') {
      const field = of[2] ?? '';
      result[field] = listOf(result[field]).filter((item) => !listOf(value).includes(item));
    }
    if (of) continue;
    const child = fieldShape(shape, key) ?? { is: 'any' };
    const order = fields[`$setElementOrder/${key}`];
    const next = Array.isArray(value)
      ? patchList(result[key], value, child, order)
      : strategicPatch(result[key], value, child);
    if (next === undefined) delete result[key];
    else result[key] = next;
  }
  return ordered(result, fields, shape);
}

/** An order may come for a list that the patch does not change otherwise. */
function ordered(
  result: Record<string, unknown>,
  fields: Record<string, unknown>,
  shape: Shape,
): Record<string, unknown> {
  for (const [key, order] of Object.entries(fields)) {
    const name = /^\$setElementOrder\/(.*)$/.exec(key)?.[1];
    if (name === undefined || name in fields || !Array.isArray(result[name])) continue;
    result[name] = inOrder(listOf(result[name]), listOf(order), fieldShape(shape, name));
  }
  return result;
}

function patchList(
  target: unknown,
  patch: readonly unknown[],
  shape: Shape,
  order: unknown,
): readonly unknown[] {
  if (shape.is !== 'list') return patch.map(plain);
  if (shape.set) return inOrder([...new Set([...listOf(target), ...patch])], listOf(order), shape);
  const key = shape.keys?.[0];
  if (key === undefined) return patch.map(plain);
  if (patch.some((item) => isMap(item) && item.$patch === 'replace')) {
    return patch.filter((item) => !(isMap(item) && item.$patch === 'replace')).map(plain);
  }
  let result = [...listOf(target)];
  for (const item of patch) {
    if (!isMap(item))
      throw refuse.badRequest(`map: ${JSON.stringify(item)} does not contain declared merge key: ${key}`);
    if (!(key in item) && item.$patch === undefined)
      throw refuse.badRequest(`map: ${JSON.stringify(item)} does not contain declared merge key: ${key}`);
    const at = result.findIndex((known) => isMap(known) && known[key] === item[key]);
    const next = strategicPatch(at < 0 ? undefined : result[at], item, shape.item);
    if (next === undefined) result = result.filter((_, index) => index !== at);
    else if (at < 0) result.push(next);
    else result[at] = next;
  }
  return inOrder(result, listOf(order), shape);
}

function inOrder(items: readonly unknown[], order: readonly unknown[], shape: Shape | undefined): unknown[] {
  if (order.length === 0) return [...items];
  const key = shape?.is === 'list' ? shape.keys?.[0] : undefined;
  const nameOf = (item: unknown) => (key !== undefined && isMap(item) ? item[key] : item);
  const names = order.map(nameOf);
  const place = (item: unknown) => {
    const at = names.indexOf(nameOf(item));
    return at < 0 ? names.length : at;
  };
  return items.toSorted((a, b) => place(a) - place(b));
}

/** Without directives. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (!isMap(value)) return value;
  const fields = Object.entries(value).filter(([key, item]) => !key.startsWith('$') && item !== null);
  return Object.fromEntries(fields.map(([key, item]) => [key, plain(item)]));
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
