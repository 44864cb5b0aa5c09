import { isDeepStrictEqual } from 'node:util';
import { ApiError } from './api-error.ts';
import type { ApiRequest } from './api-request.ts';
import { deleteObject, type PropagationPolicy } from './delete.ts';
import type { Kind } from './kinds.ts';
import type { StoreEvent } from './objects/store.ts';
import type { StoredObject } from './objects/stored-object.ts';
import type { WriteContext } from './put-object.ts';
import { createObject, patchObject, replaceObject } from './write.ts';

/**
 * The API as controllers and the kubelet use it, without the wire: the same rules, errors (ApiError) and managed fields
 * as for anybody else.
 */
export interface ObjectsClient {
  get<T extends StoredObject>(kind: Kind, namespace: string, name: string): T | undefined;
  list<T extends StoredObject>(kind: Kind, namespace?: string): readonly T[];
  create<T extends StoredObject>(kind: Kind, namespace: string, object: object): T;
  /** Replaces an object as it was read: refused with 409 when somebody was faster. */
  update<T extends StoredObject>(kind: Kind, object: T): T;
  /** The same for its status alone. */
  updateStatus<T extends StoredObject>(kind: Kind, object: T): T;
  /** A JSON merge patch. */
  patch<T extends StoredObject>(kind: Kind, object: T, patch: object, subresource?: 'status'): T;
  /** Nothing happens when it is not there any more, or is another object of the same name. */
  delete(kind: Kind, object: StoredObject, gracePeriodSeconds?: number, policy?: PropagationPolicy): void;
  /** Every change from now on. @returns how to stop that */
  watch(kind: Kind, listener: (event: StoreEvent) => void): () => void;
}

/** @param manager who writes, for managedFields */
export function createObjectsClient(context: WriteContext, manager: string): ObjectsClient {
  const { store } = context;
  const request = (kind: Kind, over: Partial<ApiRequest> & Pick<ApiRequest, 'path'>): ApiRequest => ({
    ...{ method: 'PUT', kind, query: new URLSearchParams({ fieldManager: manager }) },
    ...{ contentType: 'application/json', body: undefined, userAgent: manager },
    ...over,
  });
  const pathOf = (kind: Kind, object: StoredObject, subresource?: string): ApiRequest['path'] => ({
    ...{ group: kind.group, version: kind.version, plural: kind.plural, name: object.metadata.name },
    ...(object.metadata.namespace === undefined ? {} : { namespace: object.metadata.namespace }),
    ...(subresource === undefined ? {} : { subresource }),
  });
  const currentOf = (kind: Kind, { metadata: { namespace = '', name } }: StoredObject) =>
    store.get(kind, namespace, name);
  const replace = <T extends StoredObject>(kind: Kind, object: T, subresource?: string): T =>
    replaceObject(context, request(kind, { path: pathOf(kind, object, subresource), body: object }))
      .body as T;
  return {
    get: <T extends StoredObject>(kind: Kind, namespace: string, name: string) =>
      store.get(kind, namespace, name) as T | undefined,
    list: <T extends StoredObject>(kind: Kind, namespace?: string) =>
      store.list(kind, namespace) as readonly T[],
    create(kind, namespace, object) {
      const { group, version, plural } = kind;
      const path = { group, version, plural, ...(kind.namespaced ? { namespace } : {}) };
      return createObject(context, request(kind, { path, body: object })).body as never;
    },
    // Most of what controllers write is what is there: that is found out before anything else.
    update: (kind, object) =>
      isDeepStrictEqual(currentOf(kind, object), object) ? object : replace(kind, object),
    updateStatus<T extends StoredObject>(kind: Kind, object: T) {
      const current = currentOf(kind, object);
      const isSame =
        current?.metadata.uid === object.metadata.uid && isDeepStrictEqual(current.status, object.status);
      return isSame ? (current as T) : replace(kind, object, 'status');
    },
    patch(kind, object, patch, subresource) {
      const path = pathOf(kind, object, subresource);
      const contentType = 'application/merge-patch+json';
      return patchObject(context, request(kind, { path, contentType, body: patch })).body as never;
    },
    delete(kind, object, gracePeriodSeconds, propagationPolicy) {
      const { uid } = object.metadata;
      const grace = gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds };
      const policy = propagationPolicy === undefined ? {} : { propagationPolicy };
      try {
        deleteObject(
          context,
          request(kind, {
            path: pathOf(kind, object),
            body: { preconditions: { uid }, ...grace, ...policy },
          }),
        );
      } catch (error) {
        if (!(error instanceof ApiError) || ![404, 409].includes(error.code)) throw error;
      }
    },
    watch: (kind, listener) => store.watch(kind, store.version(), listener),
  };
}
