import type { KubeObject } from '../kube/kube-object.ts';
import type { FieldSet } from './field-set.ts';
import { FIELD_MANAGER } from './labels.ts';
import { isMap } from './manifest.ts';

/** An entry of metadata.managedFields: who has set which fields, and how. */
export interface ManagedFields {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion?: string;
  readonly subresource?: string;
  readonly time?: string;
  readonly fieldsType?: string;
  readonly fieldsV1: FieldSet;
}

/** What the apiserver keeps of who set which fields. Pure. */
export function managedFieldsOf(object: KubeObject | undefined): readonly ManagedFields[] {
  const entries = object?.metadata?.managedFields;
  if (!Array.isArray(entries)) return [];
  return entries.filter((entry): entry is ManagedFields => isMap(entry) && isMap(entry.fieldsV1));
}

/** The fields that a manager applied; none when it applied nothing. Pure. */
export function appliedFieldsOf(object: KubeObject | undefined, manager: string): FieldSet {
  const entry = managedFieldsOf(object).find(
    (each) => each.manager === manager && each.operation === 'Apply' && each.subresource === undefined,
  );
  return entry?.fieldsV1 ?? {};
}

/** Whether an apply of rockpool made or took over an object: labels alone say nothing, since people copy manifests. Pure. */
export function isApplied(object: KubeObject): boolean {
  return managedFieldsOf(object).some(
    ({ manager, operation }) => manager === FIELD_MANAGER && operation === 'Apply',
  );
}
