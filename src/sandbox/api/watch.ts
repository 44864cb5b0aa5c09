import { ApiError, statusOf } from './api-error.ts';
import type { ApiRequest } from './api-request.ts';
import { apiVersionOf } from './kinds.ts';
import type { Store, StoreEvent } from './objects/store.ts';
import type { StoredObject } from './objects/stored-object.ts';
import { chosen } from './read.ts';

/** A line of a watch. */
export interface WatchLine {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: unknown;
}

/** ms between bookmarks, as a real apiserver sends them about once a minute */
const BOOKMARK = 60_000;

/**
 * Sends the lines of a watch until the signal fires or its time is up (`timeoutSeconds`): changes after
 * `resourceVersion`, or all objects and then the changes. Objects that come into a selector are added, those that leave
 * it deleted. A version that is not kept any more is one line of type ERROR with a Status of 410. Throws an ApiError.
 */
export async function watchObjects(
  store: Store,
  request: ApiRequest,
  send: (line: WatchLine) => void,
  signal: AbortSignal,
): Promise<void> {
  const { kind, query, path } = request;
  const isChosen = chosen(request);
  const since = query.get('resourceVersion') ?? '';
  const wantsAll = query.get('sendInitialEvents') === 'true';
  const isFresh = since === '' || since === '0' || wantsAll;
  const from = isFresh ? store.version() : Number(since);
  if (isFresh) {
    for (const object of store.list(kind, path.namespace).filter(isChosen)) send({ type: 'ADDED', object });
  }
  const bookmark = (annotations?: Record<string, string>) =>
    send({ type: 'BOOKMARK', object: bookmarkOf(request, store.version(), annotations) });
  if (wantsAll) bookmark({ 'k8s.io/initial-events-end': 'true' });
  let stop = () => {};
  try {
    stop = store.watch(kind, from, (event) => {
      const line = lineOf(event, isChosen);
      if (line) send(line);
    });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return send({ type: 'ERROR', object: statusOf(error) });
  }
  const bookmarks = setInterval(bookmark, BOOKMARK);
  try {
    await ended(Number(query.get('timeoutSeconds') ?? 0), signal);
  } finally {
    clearInterval(bookmarks);
    stop();
  }
}

function lineOf(
  { type, object, before }: StoreEvent,
  isChosen: (object: StoredObject) => boolean,
): WatchLine | undefined {
  const is = isChosen(object);
  const was = before !== undefined && isChosen(before);
  if (type === 'DELETED') return was ? { type, object } : undefined;
  if (is) return { type: was ? 'MODIFIED' : 'ADDED', object };
  return was ? { type: 'DELETED', object } : undefined;
}

function bookmarkOf({ kind }: ApiRequest, version: number, annotations?: Record<string, string>): unknown {
  const metadata = {
    resourceVersion: String(version),
    creationTimestamp: null,
    ...(annotations ? { annotations } : {}),
  };
  return { kind: kind.kind, apiVersion: apiVersionOf(kind), metadata };
}

function ended(seconds: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = seconds > 0 ? setTimeout(resolve, seconds * 1000) : undefined;
  if (signal.aborted) resolve();
  signal.addEventListener('abort', () => resolve(), { once: true });
  return promise.finally(() => clearTimeout(timer));
}
