import type { Kind } from '../kinds.ts';
import type { StoredObject } from '../objects/stored-object.ts';
import { type Column, columnsOf } from './columns.ts';

/** How much of the objects goes with the rows. */
export type Included = 'Metadata' | 'Object' | 'None';

/** Objects as a Table (meta.k8s.io/v1), which `kubectl get` prints as it is. Pure. @param metadata of the list @param now ms since the epoch */
export function toTable(
  kind: Kind,
  objects: readonly StoredObject[],
  {
    metadata,
    included,
    now,
  }: { readonly metadata: unknown; readonly included: Included; readonly now: number },
): Record<string, unknown> {
  const columns = columnsOf(kind);
  return {
    ...{ kind: 'Table', apiVersion: 'meta.k8s.io/v1', metadata },
    columnDefinitions: columns.map(definitionOf),
    rows: objects.map((object) => ({
      cells: columns.map((column) => column.cell(object, now) ?? ''),
      object: partOf(object, included),
    })),
  };
}

function definitionOf({ name, type, wide }: Column): Record<string, unknown> {
  return { name, type, format: name === 'Name' ? 'name' : '', description: '', priority: wide ? 1 : 0 };
}

function partOf(object: StoredObject, included: Included): unknown {
  if (included === 'Object') return object;
  if (included === 'None') return null;
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata };
}
