import { refuse } from './api-error.ts';
import type { ApiAnswer, ApiRequest } from './api-request.ts';
import { isDryRun } from './api-request.ts';
import { seconds } from './objects/prepare.ts';
import { fieldSelector, labelSelector } from './objects/selectors.ts';
import type { StoredObject } from './objects/stored-object.ts';
import type { WriteContext } from './put-object.ts';
import { isMap } from './schema/check-fields.ts';

/** What becomes of the objects that the deleted one owns. */
export type PropagationPolicy = 'Background' | 'Foreground' | 'Orphan';

/** How an object is to go (DeleteOptions). */
interface DeleteOptions {
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: PropagationPolicy;
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
}

/** DELETE of one object. Throws an ApiError. */
export function deleteObject(context: WriteContext, request: ApiRequest): ApiAnswer {
  const { kind, path } = request;
  const known = context.store.get(kind, path.namespace ?? '', path.name ?? '');
  if (!known) throw refuse.notFound(kind, path.name ?? '');
  const options = optionsOf(request);
  checkPreconditions(request, known, options);
  if (kind.kind === 'Namespace' && LASTING.has(known.metadata.name))
    throw refuse.lasting(known.metadata.name);
  const gone = remove(context, request, known, options);
  return { code: 200, body: gone ?? successOf(request, known) };
}

/** Namespaces that a cluster always has (NamespaceLifecycle). */
const LASTING: ReadonlySet<string> = new Set(['default', 'kube-system']);

/** DELETE of all objects of a kind that selectors choose. */
export function deleteMany(context: WriteContext, request: ApiRequest): ApiAnswer {
  const { kind, path, query } = request;
  const labels = labelSelector(query.get('labelSelector') ?? undefined);
  const fields = fieldSelector(query.get('fieldSelector') ?? undefined);
  const items = context.store.list(kind, path.namespace).filter((object) => labels(object) && fields(object));
  for (const object of items) remove(context, request, object, optionsOf(request));
  return { code: 200, body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success' } };
}

/** @returns the object, when it is only on its way out */
function remove(
  { store, now }: WriteContext,
  request: ApiRequest,
  object: StoredObject,
  options: DeleteOptions,
): StoredObject | undefined {
  const { kind } = request;
  const { metadata } = object;
  const grace = graceOf(request, object, options);
  const finalizers = [...new Set([...(metadata.finalizers ?? []), ...policyFinalizers(request, options)])];
  const waits = finalizers.length > 0 || grace > 0 || kind.kind === 'Namespace';
  if (isDryRun(request)) return object;
  if (!waits) {
    store.remove(kind, object);
    return undefined;
  }
  const isShorter = grace < (metadata.deletionGracePeriodSeconds ?? Number.POSITIVE_INFINITY);
  if (metadata.deletionTimestamp !== undefined && !isShorter) return object;
  const deletionTimestamp = seconds(new Date(now().getTime() + grace * 1000));
  const marked = {
    ...object,
    metadata: {
      ...metadata,
      deletionTimestamp,
      deletionGracePeriodSeconds: grace,
      ...(finalizers.length > 0 ? { finalizers } : {}),
    },
  };
  const status = kind.kind === 'Namespace' ? { status: { phase: 'Terminating' } } : {};
  return store.put(kind, { ...marked, ...status });
}

/** Only pods that run on a node get time to stop (pkg/registry/core/pod/strategy.go). */
function graceOf(
  { kind }: ApiRequest,
  { spec, status }: StoredObject,
  { gracePeriodSeconds }: DeleteOptions,
): number {
  if (kind.kind !== 'Pod' || !isMap(spec) || typeof spec.nodeName !== 'string') return 0;
  if (isMap(status) && (status.phase === 'Succeeded' || status.phase === 'Failed')) return 0;
  const own =
    typeof spec.terminationGracePeriodSeconds === 'number' ? spec.terminationGracePeriodSeconds : 30;
  return gracePeriodSeconds ?? own;
}

function policyFinalizers({ kind }: ApiRequest, { propagationPolicy }: DeleteOptions): string[] {
  if (kind.kind === 'Pod') return [];
  if (propagationPolicy === 'Foreground') return ['foregroundDeletion'];
  return propagationPolicy === 'Orphan' ? ['orphan'] : [];
}

function optionsOf({ body, query }: ApiRequest): DeleteOptions {
  const given = isMap(body) ? (body as DeleteOptions) : {};
  const grace = query.get('gracePeriodSeconds');
  const policy = query.get('propagationPolicy') as NonNullable<DeleteOptions['propagationPolicy']> | null;
  return {
    ...given,
    ...(grace === null ? {} : { gracePeriodSeconds: Number(grace) }),
    ...(policy === null ? {} : { propagationPolicy: policy }),
  };
}

function checkPreconditions(
  { kind }: ApiRequest,
  { metadata }: StoredObject,
  { preconditions = {} }: DeleteOptions,
) {
  const { uid, resourceVersion } = preconditions;
  if (uid !== undefined && uid !== metadata.uid) {
    const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${metadata.uid}`;
    throw refuse.conflict(kind, metadata.name, why);
  }
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion)
    throw refuse.changed(kind, metadata.name);
}

function successOf({ kind }: ApiRequest, { metadata }: StoredObject): Record<string, unknown> {
  const details = {
    name: metadata.name,
    ...(kind.group === '' ? {} : { group: kind.group }),
    kind: kind.plural,
    uid: metadata.uid,
  };
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details };
}
