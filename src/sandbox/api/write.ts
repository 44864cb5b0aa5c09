import { ApiError, refuse } from './api-error.ts';
import { type ApiAnswer, type ApiRequest, managerOf } from './api-request.ts';
import { fieldWarnings } from './field-warnings.ts';
import { apiVersionOf, type Kind } from './kinds.ts';
import { checkBody, seconds } from './objects/prepare.ts';
import type { StoredObject } from './objects/stored-object.ts';
import { serverSideApply } from './patch/apply.ts';
import { jsonPatch } from './patch/json-patch.ts';
import type { Writer } from './patch/managed-fields.ts';
import { mergePatch } from './patch/merge-patch.ts';
import { strategicPatch } from './patch/strategic-patch.ts';
import { applying, putChanged, putNew, type WriteContext } from './put-object.ts';
import { isMap } from './schema/check-fields.ts';
import { rootShape } from './schema/shape.ts';

type Fields = Readonly<Record<string, unknown>>;

/** POST: a new object. Throws an ApiError. */
export function createObject(context: WriteContext, request: ApiRequest): ApiAnswer {
  const { kind, path } = request;
  const body = objectBody(request);
  checkBody(body, { kind, apiVersion: apiVersionOf(kind), ...spread({ namespace: path.namespace }) });
  const warnings = fieldWarnings(request, body, kind);
  return { code: 201, body: putNew(context, request, body, writerOf(context, request, 'Update')), warnings };
}

/** PUT: the whole object, or its status. Throws an ApiError. */
export function replaceObject(context: WriteContext, request: ApiRequest): ApiAnswer {
  const { kind, path } = request;
  const body = objectBody(request);
  checkBody(body, {
    kind,
    apiVersion: apiVersionOf(kind),
    ...spread({ namespace: path.namespace, name: path.name }),
  });
  const known = existing(context, request);
  checkVersion(kind, known, isMap(body.metadata) ? body.metadata : {});
  const warnings = fieldWarnings(request, body, kind);
  const writer = writerOf(context, request, 'Update');
  return { code: 200, body: putChanged(context, request, known, body, writer), warnings };
}

/** PATCH, of whichever kind; server-side apply also makes objects. Throws an ApiError. */
export function patchObject(context: WriteContext, request: ApiRequest): ApiAnswer {
  const { kind, path, contentType, body, query } = request;
  if (contentType === 'application/apply-patch+yaml') return applyObject(context, request);
  const known = existing(context, request);
  if (!query.has('force') || query.get('force') === 'false') checkVersion(kind, known, metaOf(body));
  const patched = patchedBy(contentType, known, body, kind);
  if (!isMap(patched)) throw refuse.badRequest('a patched object must be an object');
  if (path.name !== undefined && metaOf(patched).name !== path.name)
    throw refuse.invalid(kind, path.name, [
      { field: 'metadata.name', message: 'Invalid value: field is immutable' },
    ]);
  const warnings = fieldWarnings(request, patched, kind);
  return {
    code: 200,
    body: putChanged(context, request, known, patched, writerOf(context, request, 'Update')),
    warnings,
  };
}

function patchedBy(contentType: string, target: unknown, patch: unknown, kind: Kind): unknown {
  switch (contentType) {
    case 'application/json-patch+json':
      return jsonPatch(target, patch);
    case 'application/merge-patch+json':
      return mergePatch(target, patch);
    case 'application/strategic-merge-patch+json':
      if (kind.schema === undefined) throw refuse.unsupportedType(contentType);
      return strategicPatch(target, patch, rootShape(kind.schema));
    default:
      throw refuse.unsupportedType(contentType);
  }
}

function applyObject(context: WriteContext, request: ApiRequest): ApiAnswer {
  const { kind, path } = request;
  const applied = objectBody(request);
  if (!request.query.get('fieldManager')) {
    const message =
      'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch';
    throw new ApiError(422, 'Invalid', message);
  }
  checkBody(applied, {
    kind,
    apiVersion: apiVersionOf(kind),
    ...spread({ namespace: path.namespace, name: path.name }),
  });
  if (metaOf(applied).managedFields !== undefined && (metaOf(applied).managedFields as unknown[]).length > 0)
    throw refuse.badRequest('metadata.managedFields must be nil');
  const warnings = fieldWarnings(request, applied, kind);
  const writer = writerOf(context, request, 'Apply');
  const known = context.store.get(kind, path.namespace ?? '', path.name ?? '');
  if (!known) {
    const named = { ...applied, metadata: { ...metaOf(applied), name: path.name } };
    if (path.subresource !== undefined || metaOf(applied).uid !== undefined)
      throw refuse.notFound(kind, path.name ?? '');
    return { code: 201, body: putNew(context, request, named, writer), warnings };
  }
  const { object, managed } = serverSideApply({
    ...applying(request, applied, writer),
    live: withoutManaged(known),
    managed: known.metadata.managedFields ?? [],
  });
  const next = { ...object, metadata: { ...metaOf(object), managedFields: managed } };
  return { code: 200, body: putChanged(context, request, known, next, undefined), warnings };
}

function writerOf(context: WriteContext, request: ApiRequest, operation: Writer['operation']): Writer {
  return {
    ...{ manager: managerOf(request), operation, apiVersion: apiVersionOf(request.kind) },
    time: seconds(context.now()),
    ...spread({ subresource: request.path.subresource }),
  };
}

function existing({ store }: WriteContext, { kind, path }: ApiRequest): StoredObject {
  const known = store.get(kind, path.namespace ?? '', path.name ?? '');
  if (!known) throw refuse.notFound(kind, path.name ?? '');
  return known;
}

function checkVersion(kind: Kind, known: StoredObject, meta: Fields): void {
  const { resourceVersion, uid } = meta;
  if (typeof uid === 'string' && uid !== '' && uid !== known.metadata.uid) {
    const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${known.metadata.uid}`;
    throw refuse.conflict(kind, known.metadata.name, why);
  }
  if (typeof resourceVersion !== 'string' || resourceVersion === '') return;
  if (resourceVersion !== known.metadata.resourceVersion) throw refuse.changed(kind, known.metadata.name);
}

function objectBody({ body }: ApiRequest): Fields {
  if (!isMap(body)) throw refuse.badRequest('the body of the request is not a Kubernetes object');
  return body;
}

function withoutManaged(object: StoredObject): Record<string, unknown> {
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}

const metaOf = (body: unknown): Fields => (isMap(body) && isMap(body.metadata) ? body.metadata : {});

/** Without what is undefined. */
function spread<T extends Record<string, string | undefined>>(fields: T): { [K in keyof T]?: string } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: string;
  };
}
