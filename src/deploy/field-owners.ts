import type { ManagedFields } from './managed-fields.ts';
import { updateAt, valueAt } from './manifest.ts';

/** Who managed a field, and which parts of it. */
export interface FieldOwner {
  readonly manager: string;
  readonly operation: ManagedFields['operation'];
  readonly apiVersion?: string;
  readonly subresource?: string;
  /** what is below the field, in the form of fieldsV1 */
  readonly fields: unknown;
}

export interface OwnedField {
  readonly path: readonly string[];
  readonly by: readonly FieldOwner[];
}

/** The managers of a field. Pure. */
export function ownersOf(entries: readonly ManagedFields[], path: readonly string[]): readonly FieldOwner[] {
  return entries.flatMap((entry): FieldOwner[] => {
    const fields = valueAt(entry.fieldsV1, fieldsPath(path));
    if (fields === undefined) return [];
    const { manager, operation, apiVersion, subresource } = entry;
    const version = apiVersion === undefined ? {} : { apiVersion };
    return [{ manager, operation, ...version, fields, ...(subresource ? { subresource } : {}) }];
  });
}

/** The entries without a manager's, and each field that it managed given to those that had it before. Pure. */
export function givenBack(
  entries: readonly ManagedFields[],
  manager: string,
  fields: readonly OwnedField[],
): readonly ManagedFields[] {
  const taken = entries.filter((entry) => entry.manager === manager);
  const owned = fields.filter(({ path }) => ownersOf(taken, path).length > 0);
  let all: readonly ManagedFields[] = entries.filter((entry) => entry.manager !== manager);
  for (const { path, by } of owned) for (const owner of by) all = withField(all, owner, path);
  return all;
}

function withField(
  entries: readonly ManagedFields[],
  owner: FieldOwner,
  path: readonly string[],
): readonly ManagedFields[] {
  const { fields, ...identity } = owner;
  const isHis = (entry: ManagedFields) =>
    entry.manager === owner.manager &&
    entry.operation === owner.operation &&
    entry.apiVersion === owner.apiVersion &&
    (entry.subresource || undefined) === owner.subresource;
  const add = (entry: ManagedFields): ManagedFields => ({
    ...entry,
    fieldsV1: updateAt(entry.fieldsV1, fieldsPath(path), () => fields),
  });
  if (entries.some(isHis)) return entries.map((entry) => (isHis(entry) ? add(entry) : entry));
  return [...entries, add({ ...identity, fieldsType: 'FieldsV1', fieldsV1: {} })];
}

const fieldsPath = (path: readonly string[]): readonly string[] => path.map((key) => `f:${key}`);
