import type { Kind } from '../api/kinds.ts';
import type { Store, StoreEvent } from '../api/objects/store.ts';
import type { StoredObject } from '../api/objects/stored-object.ts';
import type { ObjectsClient } from '../api/objects-client.ts';
import type { EventRecorder } from '../api/record-event.ts';

/** What a controller works with. */
export interface Tools {
  readonly objects: ObjectsClient;
  readonly record: EventRecorder;
  /** ms since the epoch */
  now(): number;
}

/** An object by its namespace and name. */
export interface ObjectKey {
  /** empty for what is in no namespace */
  readonly namespace: string;
  readonly name: string;
}

/**
 * Brings the objects of a kind to what they ask for. It is called for an object whenever that, or anything that bears on
 * it, changed, and reads the whole state each time: what it missed or did twice does no harm.
 */
export interface Controller {
  readonly kind: Kind;
  /** Kinds whose changes bear on the objects of this one, and which of these. */
  readonly concerns?: readonly Concern[];
  /** Throws an ApiError to be called again later. @returns ms after which it wants to be called though nothing changed */
  sync(key: ObjectKey): number | undefined;
}

export interface Concern {
  readonly kind: Kind;
  /** @param before as it was, when the change is one of an object that was there */
  keysOf(
    object: StoredObject,
    before: StoredObject | undefined,
    type: StoreEvent['type'],
  ): readonly ObjectKey[];
}

/** Pure. */
export function keyOf({ metadata }: StoredObject): ObjectKey {
  return { namespace: metadata.namespace ?? '', name: metadata.name };
}

/** Work that the queue does, by keys of its own. */
export interface Background {
  /** Says from now on which keys there is work for, those of what is there already at once. @returns how to stop that */
  listen(add: (key: string) => void): () => void;
  /** As that of a Controller. */
  sync(key: string): number | undefined;
}

/** Calls a controller for the objects of its kind, and for those that changes of others bear on. */
export function backgroundOf(store: Store, { kind, concerns = [], sync }: Controller): Background {
  const all: readonly Concern[] = [{ kind, keysOf: (object) => [keyOf(object)] }, ...concerns];
  return {
    listen(add) {
      const ask = ({ namespace, name }: ObjectKey) => add(`${namespace}/${name}`);
      for (const object of store.list(kind)) ask(keyOf(object));
      const stops = all.map(({ kind: watched, keysOf }) =>
        store.watch(watched, store.version(), ({ object, before, type }) =>
          keysOf(object, before, type).forEach(ask),
        ),
      );
      return () => {
        for (const stop of stops) stop();
      };
    },
    sync(key) {
      const [namespace = '', name = ''] = key.split('/');
      return sync({ namespace, name });
    },
  };
}
