import type { IncomingMessage } from 'node:http';
import type { Kind } from './kinds.ts';
import type { StoredObject } from './objects/stored-object.ts';
import { type Included, toTable } from './table/to-table.ts';

/** As a table where the client asks for one, as `kubectl get` does. */
export function shaped(
  body: unknown,
  kind: Kind,
  { headers }: IncomingMessage,
  query: URLSearchParams,
): unknown {
  if (!headers.accept?.includes('as=Table')) return body;
  const {
    kind: name = '',
    items,
    metadata,
  } = body as { kind?: string; items?: StoredObject[]; metadata?: StoredObject['metadata'] };
  if (name === 'Status') return body;
  const included = (query.get('includeObject') as Included | null) ?? 'Metadata';
  const objects = items ?? [body as StoredObject];
  const listed = items ? metadata : { resourceVersion: metadata?.resourceVersion };
  return toTable(kind, objects, { metadata: listed, included, now: Date.now() });
}
