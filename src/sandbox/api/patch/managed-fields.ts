import type { ManagedFields } from '../objects/stored-object.ts';
import type { Shape } from '../schema/shape.ts';
import { changedFields, type FieldPath, samePath, toFieldSet, toPaths } from './field-set.ts';

/** Who writes. */
export interface Writer {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  readonly subresource?: string;
  /** RFC 3339 */
  readonly time: string;
}

type Fields = Readonly<Record<string, unknown>>;

/** What an update leaves of who owns what: the writer has all that it changed, and nobody has what is gone. Pure. */
export function afterUpdate(
  known: readonly ManagedFields[],
  { before, after, shape }: { readonly before: Fields; readonly after: Fields; readonly shape: Shape },
  writer: Writer,
): readonly ManagedFields[] {
  const { set, gone } = changedFields(before, after, shape);
  if (set.length === 0 && gone.length === 0) return known;
  const own = known.find((entry) => isOf(entry, writer));
  const lost = new Set([...set, ...gone].map(samePath));
  const others = known.filter((entry) => entry !== own).flatMap((entry) => without(entry, lost));
  const isGone = new Set(gone.map(samePath));
  const kept = own ? toPaths(own.fieldsV1).filter((path) => !isGone.has(samePath(path))) : [];
  const all = [...kept, ...set];
  return all.length === 0 ? others : [...others, entryOf(all, writer)];
}

/** Pure. */
export function isOf(
  entry: ManagedFields,
  { manager, operation, subresource, apiVersion }: Omit<Writer, 'time'>,
): boolean {
  const same = entry.manager === manager && entry.operation === operation;
  return (
    same && entry.subresource === subresource && (operation === 'Apply' || entry.apiVersion === apiVersion)
  );
}

/** Pure. @param lost paths that are not its own any more */
export function without(entry: ManagedFields, lost: ReadonlySet<string>): readonly ManagedFields[] {
  const paths = toPaths(entry.fieldsV1);
  const kept = paths.filter((path) => !lost.has(samePath(path)));
  if (kept.length === paths.length) return [entry];
  return kept.length === 0 ? [] : [{ ...entry, fieldsV1: toFieldSet(kept) }];
}

/** Pure. */
export function entryOf(paths: readonly FieldPath[], writer: Writer): ManagedFields {
  const { manager, operation, apiVersion, subresource, time } = writer;
  return {
    ...{ manager, operation, apiVersion, time, fieldsType: 'FieldsV1' as const },
    fieldsV1: toFieldSet(paths),
    ...(subresource === undefined ? {} : { subresource }),
  };
}
