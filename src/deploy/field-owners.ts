import { isMap, updateAt, valueAt } from './manifest.ts';

/** An entry of metadata.managedFields: https://kubernetes.io/docs/reference/using-api/server-side-apply/ */
export interface FieldsEntry {
  readonly manager?: string;
  readonly operation?: string;
  readonly apiVersion?: string;
  readonly subresource?: string;
  readonly fieldsType?: string;
  readonly fieldsV1?: unknown;
  readonly [field: string]: unknown;
}

/** Who managed a field, and which parts of it. */
export interface FieldOwner {
  readonly manager: string;
  readonly operation: string;
  readonly apiVersion: string;
  readonly subresource?: string;
  /** what is below the field, in the form of fieldsV1 */
  readonly fields: unknown;
}

export interface OwnedField {
  readonly path: readonly string[];
  readonly by: readonly FieldOwner[];
}

/** The managers of a field. Pure. */
export function ownersOf(entries: readonly FieldsEntry[], path: readonly string[]): readonly FieldOwner[] {
  return entries.flatMap((entry): FieldOwner[] => {
    const fields = valueAt(entry.fieldsV1, fieldsPath(path));
    if (fields === undefined) return [];
    const { manager = '', operation = '', apiVersion = '', subresource } = entry;
    return [{ manager, operation, apiVersion, fields, ...(subresource ? { subresource } : {}) }];
  });
}

/** The entries without a manager's, and each field that it managed given to those that had it before. Pure. */
export function givenBack(
  entries: readonly FieldsEntry[],
  manager: string,
  fields: readonly OwnedField[],
): readonly FieldsEntry[] {
  const taken = entries.filter((entry) => entry.manager === manager);
  const owned = fields.filter(({ path }) => ownersOf(taken, path).length > 0);
  let all: readonly FieldsEntry[] = entries.filter((entry) => entry.manager !== manager);
  for (const { path, by } of owned) for (const owner of by) all = withField(all, owner, path);
  return all;
}

function withField(
  entries: readonly FieldsEntry[],
  owner: FieldOwner,
  path: readonly string[],
): readonly FieldsEntry[] {
  const { fields, ...identity } = owner;
  const isHis = (entry: FieldsEntry) =>
    entry.manager === owner.manager &&
    entry.operation === owner.operation &&
    entry.apiVersion === owner.apiVersion &&
    (entry.subresource || undefined) === owner.subresource;
  const add = (entry: FieldsEntry): FieldsEntry => ({
    ...entry,
    fieldsV1: updateAt(isMap(entry.fieldsV1) ? entry.fieldsV1 : {}, fieldsPath(path), () => fields),
  });
  if (entries.some(isHis)) return entries.map((entry) => (isHis(entry) ? add(entry) : entry));
  return [...entries, add({ ...identity, fieldsType: 'FieldsV1' })];
}

const fieldsPath = (path: readonly string[]): readonly string[] => path.map((key) => `f:${key}`);
