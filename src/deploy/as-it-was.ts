import type { KubeObject } from '../kube/kube-object.ts';
import { isRockpool, isTool } from './field-managers.ts';
import type { FieldSet } from './field-set.ts';
import { type ManagedFields, managedFieldsOf } from './managed-fields.ts';
import { updateAt, valueAt } from './manifest.ts';
import { overlayFields } from './overlay-fields.ts';
import { toolsOf } from './ownership.ts';
import { bringBackFields, restoreFields } from './restore-fields.ts';

/** Whose values stay as they are now. */
export type Staying = 'everybody' | 'controllers' | 'nobody';

/** What cannot be as it was again: the node of a pod, the size and the volume of a claim. */
const FINAL: Readonly<Record<string, readonly (readonly string[])[]>> = {
  Pod: [['spec', 'nodeName']],
  PersistentVolumeClaim: [
    ['spec', 'resources'],
    ['spec', 'volumeName'],
  ],
};

/**
 * An adopted object as it was before. Its content is that of `original` as a whole, so that nothing is left of what the
 * project added, defaults included; over it comes what others than the project have set since. In the metadata only
 * what the project or a tool set is put back, and the project's marks stay. Pure.
 */
export function asItWas(live: KubeObject, original: KubeObject, staying: Staying): KubeObject {
  const entries = managedFieldsOf(live);
  const ours = entries.filter(({ manager }) => isRockpool(manager)).map(({ fieldsV1 }) => fieldsV1);
  const others = entries.filter(({ manager }) => !isRockpool(manager) && stays(manager, staying));
  const former = {
    ...original,
    apiVersion: live.apiVersion,
    kind: live.kind,
    metadata: {},
    status: undefined,
  };
  // What a controller holds is its own, also where the project sends along what the controller set.
  const whole = others.reduce<KubeObject>(
    (object, { manager, fieldsV1: { 'f:metadata': _m, 'f:status': _s, ...fields } }) =>
      overlayFields(object, live, fields, isTool(manager) ? ours : []),
    former as KubeObject,
  );
  const final = (FINAL[live.kind ?? ''] ?? []).filter((path) => valueAt(live, path) !== undefined);
  const body = final.reduce((object, path) => updateAt(object, path, () => valueAt(live, path)), whole);
  const { status } = live as { readonly status?: unknown };
  return { ...body, metadata: formerMetadata(live, original), ...{ status } };
}

function stays(manager: string, staying: Staying): boolean {
  return staying === 'everybody' || (staying === 'controllers' && !isTool(manager));
}

type Metadata = NonNullable<KubeObject['metadata']>;

function formerMetadata(live: KubeObject, original: KubeObject): Metadata {
  const ours = metadataOf(managedFieldsOf(live).filter(({ manager }) => isRockpool(manager)));
  const restored = ours.reduce(
    (metadata, set) => restoreFields(metadata, original.metadata, set),
    live.metadata,
  );
  const tools = metadataOf(toolsOf(original));
  return tools.reduce((metadata, set) => bringBackFields(metadata, original.metadata, set), restored) ?? {};
}

/** Of those that have any: no fields at all would mean the metadata as a whole. */
function metadataOf(entries: readonly ManagedFields[]): readonly FieldSet[] {
  return entries.flatMap(({ fieldsV1 }) => fieldsV1['f:metadata'] ?? []);
}
