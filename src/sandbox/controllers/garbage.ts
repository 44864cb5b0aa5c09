import type { PropagationPolicy } from '../api/delete.ts';
import type { Kind } from '../api/kinds.ts';
import type { Store } from '../api/objects/store.ts';
import type { OwnerReference, StoredObject } from '../api/objects/stored-object.ts';
import type { ObjectsClient } from '../api/objects-client.ts';
import type { Registry } from '../api/registry.ts';
import type { Background } from './controller.ts';
import { createDependents, parseReference, referenceKey } from './garbage/dependents.ts';

const FOREGROUND = 'foregroundDeletion';
const ORPHAN = 'orphan';

/**
 * Deletes objects whose owners have all gone. An owner that is deleted in the foreground waits for what it owns; one that
 * leaves orphans leaves them without an owner first.
 */
export function createGarbageCollector(store: Store, registry: Registry, objects: ObjectsClient): Background {
  const dependents = createDependents();
  const find = (key: string): { kind: Kind; object: StoredObject } | undefined => {
    const { apiVersion, kind: name, namespace, name: objectName } = parseReference(key);
    const kind = registry.byKind(apiVersion, name);
    const object = kind && store.get(kind, namespace, objectName);
    return kind && object ? { kind, object } : undefined;
  };
  const ownedBy = (owner: StoredObject) =>
    dependents.of(owner.metadata.uid).flatMap((key) => find(key) ?? []);
  const isGone = (object: StoredObject, { apiVersion, kind: name, name: owner, uid }: OwnerReference) => {
    const kind = registry.byKind(apiVersion, name);
    if (!kind) return false;
    return (
      store.get(kind, kind.namespaced ? (object.metadata.namespace ?? '') : '', owner)?.metadata.uid !== uid
    );
  };
  const finish = (kind: Kind, object: StoredObject, finalizer: string): void => {
    const finalizers = object.metadata.finalizers?.filter((other) => other !== finalizer);
    objects.patch(kind, object, { metadata: { finalizers } });
  };
  const orphan = (object: StoredObject): void => {
    for (const { kind, object: one } of ownedBy(object)) {
      const ownerReferences = one.metadata.ownerReferences?.filter(({ uid }) => uid !== object.metadata.uid);
      objects.patch(kind, one, { metadata: { ownerReferences } });
    }
  };
  const endOwned = (object: StoredObject): void => {
    for (const { kind, object: one } of ownedBy(object)) {
      const policy: PropagationPolicy = ownedBy(one).length > 0 ? 'Foreground' : 'Background';
      if (one.metadata.deletionTimestamp === undefined) objects.delete(kind, one, undefined, policy);
    }
  };
  const end = (kind: Kind, object: StoredObject): void => {
    const { finalizers = [] } = object.metadata;
    if (finalizers.includes(ORPHAN)) {
      orphan(object);
      finish(kind, object, ORPHAN);
    } else if (finalizers.includes(FOREGROUND)) {
      endOwned(object);
      if (!ownedBy(object).some(({ object: one }) => blocks(one, object))) finish(kind, object, FOREGROUND);
    }
  };
  return {
    listen(add) {
      const look = (object: StoredObject): void => {
        dependents.add(object);
        const { ownerReferences = [], deletionTimestamp, finalizers = [] } = object.metadata;
        if (ownerReferences.length > 0 || (deletionTimestamp !== undefined && finalizers.length > 0))
          add(referenceKey(object));
      };
      for (const kind of registry.all()) store.list(kind).forEach(look);
      return store.watchAll(({ type, object }) => {
        if (type !== 'DELETED') return look(object);
        dependents.remove(object);
        for (const key of dependents.of(object.metadata.uid)) add(key);
        for (const owner of object.metadata.ownerReferences ?? [])
          add(
            referenceKey({ ...owner, metadata: { namespace: object.metadata.namespace, name: owner.name } }),
          );
      });
    },
    sync(key) {
      const { kind, object } = find(key) ?? {};
      if (!kind || !object) return undefined;
      const { ownerReferences = [], deletionTimestamp } = object.metadata;
      if (deletionTimestamp !== undefined) end(kind, object);
      else if (ownerReferences.length > 0 && ownerReferences.every((owner) => isGone(object, owner)))
        objects.delete(kind, object, undefined, 'Background');
      return undefined;
    },
  };
}

/** Whether an owner that is deleted in the foreground waits for it. */
function blocks({ metadata }: StoredObject, owner: StoredObject): boolean {
  const { uid } = owner.metadata;
  return metadata.ownerReferences?.some((one) => one.uid === uid && one.blockOwnerDeletion === true) ?? false;
}
