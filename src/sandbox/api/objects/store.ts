import { refuse } from '../api-error.ts';
import { type Kind, kindKey } from '../kinds.ts';
import type { StoredObject } from './stored-object.ts';

/** A change of an object, in the order of its resourceVersion. */
export interface StoreEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: StoredObject;
  /** before the change, so that a watch with a selector can tell what came into it and what left it */
  readonly before?: StoredObject;
  readonly version: number;
}

type StoreKind = Pick<Kind, 'group' | 'plural'>;

/** All objects of the sandbox, in memory. Every change has a number of its own (resourceVersion). */
export interface Store {
  /** of the last change */
  version(): number;
  get(kind: StoreKind, namespace: string, name: string): StoredObject | undefined;
  /** sorted by namespace and name; of all namespaces where `namespace` is undefined */
  list(kind: StoreKind, namespace?: string): readonly StoredObject[];
  /** Writes an object under a new resourceVersion and returns it as it is kept. */
  put(kind: StoreKind, object: StoredObject): StoredObject;
  /** Takes an object away. @returns it as it was last, under the resourceVersion of its end */
  remove(kind: StoreKind, object: StoredObject): StoredObject;
  /**
   * Calls back for each change after `since`, those that were kept first and at once, until the returned function is
   * called. Throws an ApiError of 410 when they are not kept any more.
   */
  watch(kind: StoreKind, since: number, listener: (event: StoreEvent) => void): () => void;
  /** Calls back for each change of an object of any kind from now on, until the returned function is called. */
  watchAll(listener: (event: StoreEvent) => void): () => void;
  /** Forgets changes, as a real apiserver does after some minutes: older watches get 410. */
  compact(): void;
}

/** Changes that are kept of each kind. */
const KEPT = 1000;

interface Table {
  readonly objects: Map<string, StoredObject>;
  history: StoreEvent[];
  /** changes up to this one are not kept any more */
  forgotten: number;
  readonly listeners: Set<(event: StoreEvent) => void>;
}

export function createStore(): Store {
  const tables = new Map<string, Table>();
  const listenersToAll = new Set<(event: StoreEvent) => void>();
  let version = 1;
  const tableOf = (kind: StoreKind): Table => {
    const key = kindKey(kind);
    const known = tables.get(key);
    if (known) return known;
    const table: Table = { objects: new Map(), history: [], forgotten: 0, listeners: new Set() };
    tables.set(key, table);
    return table;
  };
  const tell = (table: Table, event: StoreEvent): void => {
    table.history.push(event);
    if (table.history.length > KEPT) table.forgotten = table.history.shift()?.version ?? table.forgotten;
    for (const listener of [...table.listeners, ...listenersToAll]) listener(event);
  };
  const stamped = (object: StoredObject): StoredObject => {
    version += 1;
    return { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } };
  };
  return {
    version: () => version,
    get: (kind, namespace, name) => tableOf(kind).objects.get(keyOf(namespace, name)),
    list(kind, namespace) {
      const found = [...tableOf(kind).objects.values()].filter(
        ({ metadata }) => namespace === undefined || (metadata.namespace ?? '') === namespace,
      );
      return found.sort((a, b) => compare(keyOfObject(a), keyOfObject(b)));
    },
    put(kind, object) {
      const table = tableOf(kind);
      const key = keyOfObject(object);
      const before = table.objects.get(key);
      const kept = stamped(object);
      table.objects.set(key, kept);
      tell(table, {
        type: before ? 'MODIFIED' : 'ADDED',
        object: kept,
        ...(before ? { before } : {}),
        version,
      });
      return kept;
    },
    remove(kind, object) {
      const table = tableOf(kind);
      table.objects.delete(keyOfObject(object));
      const last = stamped(object);
      tell(table, { type: 'DELETED', object: last, before: object, version });
      return last;
    },
    watch(kind, since, listener) {
      const table = tableOf(kind);
      if (since < table.forgotten) {
        throw refuse.gone(`too old resource version: ${since} (${table.forgotten})`);
      }
      for (const event of table.history.filter((kept) => kept.version > since)) listener(event);
      table.listeners.add(listener);
      return () => table.listeners.delete(listener);
    },
    watchAll(listener) {
      listenersToAll.add(listener);
      return () => listenersToAll.delete(listener);
    },
    compact() {
      for (const table of tables.values()) {
        table.forgotten = version;
        table.history = [];
      }
    },
  };
}

const keyOf = (namespace: string, name: string): string => `${namespace}/${name}`;

const keyOfObject = ({ metadata }: StoredObject): string => keyOf(metadata.namespace ?? '', metadata.name);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
