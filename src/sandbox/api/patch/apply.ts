import { isDeepStrictEqual } from 'node:util';
import { ApiError } from '../api-error.ts';
import type { ManagedFields } from '../objects/stored-object.ts';
import { isMap } from '../schema/check-fields.ts';
import { fieldShape, type Shape } from '../schema/shape.ts';
import { type FieldPath, fieldsOf, formatPath, itemKey, samePath, toPaths, valueAt } from './field-set.ts';
import { entryOf, isOf, type Writer, without } from './managed-fields.ts';

type Fields = Readonly<Record<string, unknown>>;

export interface ApplyRequest {
  /** empty: there is no such object yet */
  readonly live: Fields;
  readonly managed: readonly ManagedFields[];
  /** what the manager says it wants */
  readonly applied: Fields;
  readonly shape: Shape;
  readonly writer: Writer;
  readonly force: boolean;
}

/**
 * Server-side apply (KEP-555): the fields of the manifest are set and owned; what the manager applied before, does not
 * now, and nobody else owns is taken away. Throws an ApiError of 409 with a cause a field when others own fields that
 * would change, unless forced. Pure.
 */
export function serverSideApply(request: ApplyRequest): {
  readonly object: Record<string, unknown>;
  readonly managed: readonly ManagedFields[];
} {
  const { live, managed, applied, shape, writer } = request;
  const wanted = fieldsOf(applied, shape);
  const own = managed.find((entry) => isOf(entry, writer));
  const others = managed.filter((entry) => entry !== own);
  const disputed = wanted.filter(
    (path) => !isDeepStrictEqual(valueAt(live, path, shape), valueAt(applied, path, shape)),
  );
  const conflicts = conflictsOf(disputed, others);
  if (conflicts.length > 0 && !request.force) throw conflict(conflicts);
  const lost = new Set(conflicts.map(({ path }) => samePath(path)));
  const kept = others.flatMap((entry) => without(entry, lost));
  const dropped = droppedFields(own, wanted, kept);
  const merged = merge(live, applied, shape) as Record<string, unknown>;
  const object = dropped.reduce<Record<string, unknown>>((at, path) => removeAt(at, path, shape), merged);
  const unchanged =
    own && isDeepStrictEqual(new Set(toPaths(own.fieldsV1).map(samePath)), new Set(wanted.map(samePath)));
  const entry = unchanged && own ? own : entryOf(wanted, writer);
  return { object, managed: wanted.length === 0 ? kept : [...kept, entry] };
}

interface Conflict {
  readonly path: FieldPath;
  readonly owner: ManagedFields;
}

function conflictsOf(disputed: readonly FieldPath[], others: readonly ManagedFields[]): readonly Conflict[] {
  const owned = others.map((owner) => ({ owner, paths: new Set(toPaths(owner.fieldsV1).map(samePath)) }));
  return disputed
    .filter((path) => path.at(-1) !== '.')
    .flatMap((path) =>
      owned.flatMap(({ owner, paths }) => (paths.has(samePath(path)) ? [{ path, owner }] : [])),
    );
}

function conflict(conflicts: readonly Conflict[]): ApiError {
  const causes = conflicts.map(({ path, owner }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${ownerWords(owner)}`,
    field: formatPath(path),
  }));
  const texts = causes.map(({ message, field }) => `${message}: ${field}`);
  const count = `${causes.length} conflict${causes.length === 1 ? '' : 's'}`;
  return new ApiError(409, 'Conflict', `Apply failed with ${count}: ${texts.join('\n')}`, { causes });
}

function ownerWords({ manager, operation, apiVersion, subresource, time }: ManagedFields): string {
  const how = operation === 'Update' ? ` using ${apiVersion}` : '';
  const where = subresource === undefined ? '' : ` with subresource "${subresource}"`;
  return `"${manager}"${where}${how}${operation === 'Update' ? ` at ${time}` : ''}`;
}

/** What the manager applied before and does not any more, unless somebody else owns it, or something in it. */
function droppedFields(
  own: ManagedFields | undefined,
  wanted: readonly FieldPath[],
  others: readonly ManagedFields[],
): readonly FieldPath[] {
  if (!own) return [];
  const stays = [...wanted, ...others.flatMap(({ fieldsV1 }) => toPaths(fieldsV1))].map(samePath);
  const isKept = (path: FieldPath): boolean => {
    const self = samePath(path);
    const folder = path.at(-1) === '.' ? `${samePath(path.slice(0, -1))}\0` : undefined;
    return stays.some((other) => other === self || (folder !== undefined && other.startsWith(folder)));
  };
  const gone = toPaths(own.fieldsV1).filter((path) => !isKept(path));
  // What is deepest goes first, so that a list item is empty of other owners' fields when it goes itself.
  return [...gone, ...emptied(gone, stays)].toSorted((a, b) => b.length - a.length);
}

/** What held only what is gone goes with it, defaults included: a probe without its handler would be no probe. */
function emptied(gone: readonly FieldPath[], stays: readonly string[]): readonly FieldPath[] {
  const folders = gone.flatMap((path) => path.slice(1).map((_, index) => path.slice(0, index + 1)));
  const named = new Map(folders.map((path) => [samePath(path), path]));
  return [...named.values()].filter(
    (path) =>
      path.at(-1)?.startsWith('f:') && !stays.some((other) => other.startsWith(`${samePath(path)}\0`)),
  );
}

function merge(live: unknown, applied: unknown, shape: Shape): unknown {
  if (isMap(applied) && isMap(live) && !('atomic' in shape && shape.atomic)) {
    const entries = Object.entries(applied).map(([key, value]) => [
      key,
      merge(live[key], value, fieldShape(shape, key) ?? { is: 'any' }),
    ]);
    return { ...live, ...Object.fromEntries(entries) };
  }
  if (Array.isArray(applied) && Array.isArray(live) && shape.is === 'list' && (shape.keys || shape.set)) {
    const known = new Map(live.map((item) => [itemKey(item, shape), item]));
    const next = applied.map((item) => merge(known.get(itemKey(item, shape)), item, shape.item));
    const named = new Set(applied.map((item) => itemKey(item, shape)));
    return [...next, ...live.filter((item) => !named.has(itemKey(item, shape)))];
  }
  return applied;
}

function removeAt(object: unknown, path: FieldPath, shape: Shape): Record<string, unknown> {
  const [key, ...rest] = path;
  return removeKey(object, key ?? '', rest, shape) as Record<string, unknown>;
}

function removeKey(value: unknown, key: string, rest: FieldPath, shape: Shape): unknown {
  if (key.startsWith('f:')) {
    const name = key.slice(2);
    if (!isMap(value) || !(name in value)) return value;
    const { [name]: child, ...others } = value;
    const [next, ...more] = rest;
    if (next === undefined || (next === '.' && isEmpty(child))) return others;
    if (next === '.') return value;
    return { ...others, [name]: removeKey(child, next, more, fieldShape(shape, name) ?? { is: 'any' }) };
  }
  if (!Array.isArray(value) || shape.is !== 'list') return value;
  const [next, ...more] = rest;
  return value.flatMap((item) => {
    if (itemKey(item, shape) !== key) return [item];
    return next === undefined || next === '.' ? [] : [removeKey(item, next, more, shape.item)];
  });
}

const isEmpty = (value: unknown): boolean =>
  (isMap(value) && Object.keys(value).length === 0) ||
  (Array.isArray(value) && value.length === 0) ||
  value === undefined;
