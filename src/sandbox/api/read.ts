import { refuse } from './api-error.ts';
import type { ApiAnswer, ApiRequest } from './api-request.ts';
import { apiVersionOf } from './kinds.ts';
import { fieldSelector, labelSelector, type Selector } from './objects/selectors.ts';
import type { Store } from './objects/store.ts';
import type { StoredObject } from './objects/stored-object.ts';

/** GET of one object. Throws an ApiError. */
export function getObject(store: Store, { kind, path }: ApiRequest): ApiAnswer {
  const object = store.get(kind, path.namespace ?? '', path.name ?? '');
  if (!object) throw refuse.notFound(kind, path.name ?? '');
  return { code: 200, body: object };
}

/** Which objects a list or a watch is about. Throws an ApiError of 400. */
export function chosen({ query, path }: ApiRequest): Selector {
  const labels = labelSelector(query.get('labelSelector') ?? undefined);
  const fields = fieldSelector(query.get('fieldSelector') ?? undefined);
  return (object) =>
    (path.namespace === undefined || object.metadata.namespace === path.namespace) &&
    (path.name === undefined || object.metadata.name === path.name) &&
    labels(object) &&
    fields(object);
}

/** GET of a list, in pages when `limit` asks for them. Throws an ApiError. */
export function listObjects(store: Store, request: ApiRequest): ApiAnswer {
  const { kind, path, query } = request;
  const isChosen = chosen(request);
  const all = store.list(kind, path.namespace).filter(isChosen);
  const { from, version } = continued(query.get('continue'), store.version());
  const limit = Number(query.get('limit') ?? 0);
  const rest = all.filter((object) => placeOf(object) > from);
  const items = limit > 0 ? rest.slice(0, limit) : rest;
  const left = rest.length - items.length;
  const last = items.at(-1);
  const metadata = {
    resourceVersion: String(version),
    ...(left > 0 && last ? { continue: pageToken(placeOf(last), version), remainingItemCount: left } : {}),
  };
  return { code: 200, body: { kind: `${kind.kind}List`, apiVersion: apiVersionOf(kind), metadata, items } };
}

const placeOf = ({ metadata }: StoredObject): string => `${metadata.namespace ?? ''}/${metadata.name}`;

function pageToken(from: string, version: number): string {
  return Buffer.from(JSON.stringify({ from, version })).toString('base64url');
}

function continued(token: string | null, version: number): { from: string; version: number } {
  if (token === null || token === '') return { from: '', version };
  try {
    return JSON.parse(Buffer.from(token, 'base64url').toString()) as { from: string; version: number };
  } catch {
    throw refuse.badRequest('continue key is not valid');
  }
}
