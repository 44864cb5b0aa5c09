import { ApiError, refuse } from './api-error.ts';
import type { ApiRequest } from './api-request.ts';
import { isDryRun } from './api-request.ts';
import { apiVersionOf, type Kind } from './kinds.ts';
import { admitNew, normalise } from './objects/admit.ts';
import { withDefaults } from './objects/defaults.ts';
import { prepareChanged, prepareNew } from './objects/prepare.ts';
import type { Store } from './objects/store.ts';
import type { StoredObject } from './objects/stored-object.ts';
import { validate } from './objects/validate.ts';
import { serverSideApply } from './patch/apply.ts';
import { afterUpdate, type Writer } from './patch/managed-fields.ts';
import { isMap } from './schema/check-fields.ts';
import { rootShape, type Shape } from './schema/shape.ts';

export interface WriteContext {
  readonly store: Store;
  now(): Date;
  /** an address for a Service that nobody has */
  freeAddress(): string;
}

type Fields = Readonly<Record<string, unknown>>;

/** Keeps a new object, or only checks it in a dry run. Throws an ApiError. */
export function putNew(
  context: WriteContext,
  request: ApiRequest,
  body: Fields,
  writer: Writer,
): StoredObject {
  const { kind, path } = request;
  const { store } = context;
  const namespace = path.namespace;
  checkNamespace(context, kind, namespace);
  const named = prepareNew(
    { ...body, apiVersion: apiVersionOf(kind) },
    { kind, namespace, now: context.now() },
  );
  const { metadata } = named;
  if (store.get(kind, metadata.namespace ?? '', metadata.name)) throw refuse.exists(kind, metadata.name);
  const { status: _, ...given } = withDefaults(normalise(named));
  const object = admitNew(given as StoredObject, {
    kind,
    now: context.now(),
    freeAddress: context.freeAddress,
  });
  validate(kind, object);
  const managed =
    writer.operation === 'Apply'
      ? serverSideApply({ ...applying(request, body, writer), live: {}, managed: [] }).managed
      : afterUpdate(
          [],
          { before: {}, after: normalise(body) as Fields, shape: rootShape(kind.schema) },
          writer,
        );
  const owned = { ...object, metadata: { ...object.metadata, managedFields: managed } };
  return isDryRun(request)
    ? { ...owned, metadata: { ...owned.metadata, resourceVersion: '' } }
    : store.put(kind, owned);
}

/** What server-side apply is to do with a body. */
export function applying(request: ApiRequest, applied: Fields, writer: Writer) {
  const shape = rootShape(request.kind.schema);
  return { applied: normalise(applied), shape, writer, force: request.query.get('force') === 'true' };
}

/**
 * Keeps a changed object, or only checks it in a dry run; one whose last finalizer went is gone. Throws an ApiError.
 * @param writer undefined: who owns what is in the object already
 */
export function putChanged(
  context: WriteContext,
  request: ApiRequest,
  known: StoredObject,
  given: Fields,
  writer: Writer | undefined,
): StoredObject {
  const { kind, path } = request;
  const body = onlyPart(known, given, path.subresource, kind);
  const changed = withDefaults(normalise(prepareChanged(known, body)));
  validate(kind, changed, known);
  const owned = writer ? withOwners(kind, known, changed, writer) : changed;
  if (isSame(known, owned)) return known;
  if (isDryRun(request)) return owned;
  const isOver =
    owned.metadata.deletionTimestamp !== undefined && (owned.metadata.finalizers ?? []).length === 0;
  const isFinal = isOver && kind.kind !== 'Pod' && kind.kind !== 'Namespace';
  return isFinal ? context.store.remove(kind, owned) : context.store.put(kind, owned);
}

/** A status is written apart from the rest, where a kind has one. */
function onlyPart(known: StoredObject, given: Fields, subresource: string | undefined, kind: Kind): Fields {
  if (!kind.subresources.includes('status')) return given;
  const managedFields = metaOf(given).managedFields ?? known.metadata.managedFields;
  if (subresource === 'status') {
    return { ...known, status: given.status, metadata: { ...known.metadata, managedFields } };
  }
  return known.status === undefined ? without(given, 'status') : { ...given, status: known.status };
}

function without(object: Fields, field: string): Fields {
  const { [field]: _, ...rest } = object;
  return rest;
}

function withOwners(kind: Kind, before: StoredObject, after: StoredObject, writer: Writer): StoredObject {
  const shape: Shape = rootShape(kind.schema);
  const known = before.metadata.managedFields ?? [];
  const given = after.metadata.managedFields;
  // Who names owners says how it is from now on; an empty list asks the server to forget.
  const start = Array.isArray(given) ? given : known;
  const managedFields = afterUpdate(start, { before, after, shape }, writer);
  return { ...after, metadata: { ...after.metadata, managedFields } };
}

function isSame(a: StoredObject, b: StoredObject): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isMap(value)) return value;
  const keys = Object.keys(value).filter((key) => value[key] !== undefined);
  return Object.fromEntries(keys.toSorted().map((key) => [key, sorted(value[key])]));
}

function checkNamespace({ store }: WriteContext, kind: Kind, namespace: string | undefined): void {
  if (!kind.namespaced || namespace === undefined) return;
  const found = store.get(NAMESPACES, '', namespace);
  if (!found) throw refuse.notFound(NAMESPACES, namespace);
  if (found.metadata.deletionTimestamp === undefined) return;
  const message = `unable to create new content in namespace ${namespace} because it is being terminated`;
  throw new ApiError(403, 'Forbidden', `${kind.plural} is forbidden: ${message}`, {
    causes: [
      {
        reason: 'NamespaceTerminating',
        message: `namespace ${namespace} is being terminated`,
        field: 'metadata.namespace',
      },
    ],
  });
}

const NAMESPACES = { group: '', plural: 'namespaces' };

const metaOf = (body: unknown): Fields => (isMap(body) && isMap(body.metadata) ? body.metadata : {});
