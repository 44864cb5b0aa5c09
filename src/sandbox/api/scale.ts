import { refuse } from './api-error.ts';
import type { ApiAnswer, ApiRequest } from './api-request.ts';
import { apiVersionOf } from './kinds.ts';
import type { StoredObject } from './objects/stored-object.ts';
import { mergePatch } from './patch/merge-patch.ts';
import type { WriteContext } from './put-object.ts';
import { isMap } from './schema/check-fields.ts';
import { replaceObject } from './write.ts';

/** The scale subresource of a workload: how many pods it wants and has. Throws an ApiError. */
export function answerScale(context: WriteContext, request: ApiRequest): ApiAnswer {
  const { kind, path, method, body, contentType } = request;
  const known = context.store.get(kind, path.namespace ?? '', path.name ?? '');
  if (!known) throw refuse.notFound(kind, path.name ?? '');
  if (method === 'GET') return { code: 200, body: scaleOf(known) };
  if (method === 'PATCH' && !contentType.endsWith('merge-patch+json'))
    throw refuse.unsupportedType(contentType);
  const wanted = method === 'PATCH' ? mergePatch(scaleOf(known), body) : body;
  const replicas = isMap(wanted) && isMap(wanted.spec) ? wanted.spec.replicas : undefined;
  if (!Number.isInteger(replicas) || (replicas as number) < 0) {
    const message = `Invalid value: ${JSON.stringify(replicas)}: must be greater than or equal to 0`;
    throw refuse.invalid({ group: 'autoscaling', kind: 'Scale' }, path.name ?? '', [
      { field: 'spec.replicas', message },
    ]);
  }
  const { resourceVersion: _, ...metadata } = known.metadata;
  const spec = { ...(isMap(known.spec) ? known.spec : {}), replicas };
  const changed = { ...known, apiVersion: apiVersionOf(kind), metadata, spec };
  const answer = replaceObject(context, { ...request, body: changed });
  return { code: 200, body: scaleOf(answer.body as StoredObject) };
}

function scaleOf({ metadata, spec, status }: StoredObject): Record<string, unknown> {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = metadata;
  const { replicas = 1, selector } = (spec ?? {}) as {
    replicas?: number;
    selector?: { matchLabels?: Record<string, string> };
  };
  const labels = Object.entries(selector?.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`);
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas },
    status: { replicas: isMap(status) ? (status.replicas ?? 0) : 0, selector: labels.join(',') },
  };
}
