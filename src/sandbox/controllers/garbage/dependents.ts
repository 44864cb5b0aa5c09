import type { StoredObject } from '../../api/objects/stored-object.ts';

/** Which objects name which owners. */
export interface Dependents {
  /** Takes an object as it is now. */
  add(object: StoredObject): void;
  /** It has gone. */
  remove(object: StoredObject): void;
  /** Keys of the objects that name this uid as an owner's. */
  of(uid: string): readonly string[];
}

export function createDependents(): Dependents {
  const owned = new Map<string, Set<string>>();
  const owners = new Map<string, readonly string[]>();
  const remove = (object: StoredObject): void => {
    const key = referenceKey(object);
    for (const uid of owners.get(key) ?? []) {
      owned.get(uid)?.delete(key);
      if (owned.get(uid)?.size === 0) owned.delete(uid);
    }
    owners.delete(key);
  };
  return {
    add(object) {
      remove(object);
      const uids = (object.metadata.ownerReferences ?? []).map(({ uid }) => uid);
      if (uids.length === 0) return;
      const key = referenceKey(object);
      owners.set(key, uids);
      for (const uid of uids) owned.set(uid, (owned.get(uid) ?? new Set()).add(key));
    },
    remove,
    of: (uid) => [...(owned.get(uid) ?? [])],
  };
}

interface Reference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

interface Named {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly namespace?: string | undefined; readonly name: string };
}

/** Tells an object from all others. Pure. */
export function referenceKey({ apiVersion, kind, metadata: { namespace = '', name } }: Named): string {
  return JSON.stringify({ apiVersion, kind, namespace, name } satisfies Reference);
}

/** Pure. @param key of `referenceKey` */
export function parseReference(key: string): Reference {
  return JSON.parse(key) as Reference;
}
