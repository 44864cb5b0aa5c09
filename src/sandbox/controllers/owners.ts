import type { Kind } from '../api/kinds.ts';
import type { OwnerReference, StoredObject } from '../api/objects/stored-object.ts';
import type { ObjectsClient } from '../api/objects-client.ts';
import type { Concern } from './controller.ts';
import { keyOf } from './controller.ts';
import { fitsSelector, type LabelSelector } from './fits-selector.ts';

/** Who manages an object. Pure. */
export function controllerOf({ metadata }: StoredObject): OwnerReference | undefined {
  return metadata.ownerReferences?.find(({ controller }) => controller === true);
}

/** As an object that it manages names it. Pure. */
export function controllerReference({ apiVersion, kind, metadata }: StoredObject): OwnerReference {
  const { name, uid } = metadata;
  return { apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true };
}

/** What a workload names its pods by. */
export interface Selecting extends StoredObject {
  readonly spec?: { readonly selector?: LabelSelector };
}

/**
 * The objects of a kind that an owner manages. Those that its selector does not choose any more are let go, those that
 * it chooses and nobody manages are taken (pkg/controller/controller_ref_manager.go).
 */
export function claimed<T extends StoredObject>(
  objects: ObjectsClient,
  kind: Kind,
  owner: Selecting,
): readonly T[] {
  return objects.list<T>(kind, owner.metadata.namespace).flatMap((object) => {
    const controller = controllerOf(object);
    if (controller && controller.uid !== owner.metadata.uid) return [];
    const fits = fitsSelector(owner.spec?.selector, object.metadata.labels);
    if (controller) return fits ? [object] : released(objects, kind, object, owner);
    const isGoing = object.metadata.deletionTimestamp ?? owner.metadata.deletionTimestamp;
    return fits && isGoing === undefined ? [adopted(objects, kind, object, owner)] : [];
  });
}

function released(objects: ObjectsClient, kind: Kind, object: StoredObject, owner: StoredObject): [] {
  const ownerReferences = object.metadata.ownerReferences?.filter(({ uid }) => uid !== owner.metadata.uid);
  objects.patch(kind, object, { metadata: { ownerReferences } });
  return [];
}

function adopted<T extends StoredObject>(
  objects: ObjectsClient,
  kind: Kind,
  object: T,
  owner: StoredObject,
): T {
  const ownerReferences = [...(object.metadata.ownerReferences ?? []), controllerReference(owner)];
  return objects.patch<T>(kind, object, { metadata: { ownerReferences } });
}

/** Objects of `kind` bear on who manages them, and on all that would take them when nobody does. */
export function concernOfOwned(objects: ObjectsClient, kind: Kind, ownerKind: Kind): Concern {
  const managers = (object: StoredObject) => {
    const { namespace = '' } = object.metadata;
    const controller = controllerOf(object);
    if (controller) return controller.kind === ownerKind.kind ? [{ namespace, name: controller.name }] : [];
    return objects
      .list<Selecting>(ownerKind, namespace)
      .filter(({ spec }) => fitsSelector(spec?.selector, object.metadata.labels))
      .map(keyOf);
  };
  return {
    kind,
    keysOf: (object, before) => [...managers(object), ...(before ? managers(before) : [])],
  };
}
