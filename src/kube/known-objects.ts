import type { KubeObject } from './kube-object.ts';

/** What is remembered of an object, so that a deletion during a gap can be told. */
export interface ObjectIdentity {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

export interface KnownObjectsListener<T> {
  /** An object is new or changed. Never called for a version that was told already. */
  onUpsert(object: T): void;
  /** An object is gone, or left the selection. */
  onDelete(identity: ObjectIdentity): void;
}

/** Remembers which objects were told, and tells what differs. */
export interface KnownObjects<T> {
  /** An object that was made anew under the same name is told as a deletion first. @returns its key */
  upsert(object: T): string;
  remove(object: T): void;
  /** What is not among the keys is gone. */
  retain(keys: ReadonlySet<string>): void;
}

/** A listener that throws is a bug, not a reason to try again: it must not pass for a fault of the connection. */
export class ListenerError extends Error {}

export function createKnownObjects<T extends KubeObject>(listener: KnownObjectsListener<T>): KnownObjects<T> {
  const known = new Map<string, ObjectIdentity & { readonly version: string }>();

  function forget(key: string): void {
    const gone = known.get(key);
    if (gone === undefined) return;
    known.delete(key);
    const { namespace, name, uid } = gone;
    tell(() => listener.onDelete({ namespace, name, uid }));
  }

  return {
    upsert(object) {
      const { namespace = '', name = '', uid = '', resourceVersion: version = '' } = object.metadata ?? {};
      const key = keyOf(object);
      const before = known.get(key);
      if (before?.uid === uid && before.version === version) return key;
      if (before !== undefined && before.uid !== uid) forget(key);
      known.set(key, { namespace, name, uid, version });
      tell(() => listener.onUpsert(object));
      return key;
    },
    remove: (object) => forget(keyOf(object)),
    retain(keys) {
      for (const key of [...known.keys()]) if (!keys.has(key)) forget(key);
    },
  };
}

function keyOf(object: KubeObject): string {
  return `${object.metadata?.namespace ?? ''}/${object.metadata?.name ?? ''}`;
}

function tell(call: () => void): void {
  try {
    call();
  } catch (error) {
    throw new ListenerError('a listener of a reflector threw', { cause: error });
  }
}
