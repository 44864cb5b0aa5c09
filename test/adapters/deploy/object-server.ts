import type { KubeClient } from '../../../src/kube/kube-client.ts';
import { type Answer, type Asked, refusal, startScriptedApiserver } from './scripted-apiserver.ts';

export interface Stored {
  kind?: string;
  metadata: {
    name: string;
    namespace?: string;
    uid?: string;
    resourceVersion?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    [field: string]: unknown;
  };
  [field: string]: unknown;
}

interface ObjectServer {
  readonly client: KubeClient;
  readonly asked: Asked[];
  /** by path, such as /apis/apps/v1/namespaces/dev/deployments/web */
  readonly objects: Map<string, Stored>;
  /** the kind and namespace of a path, and the object */
  put(path: string, object: Omit<Stored, 'metadata'> & { metadata?: Partial<Stored['metadata']> }): Stored;
  stop(): Promise<void>;
}

/**
 * An apiserver that keeps objects: lists by label, JSON patches and PUTs with resourceVersions, POSTs, deletes at once.
 * @param script answers first
 */
export async function startObjectServer(
  script: (asked: Asked, objects: Map<string, Stored>) => Answer | Promise<Answer> | undefined = () =>
    undefined,
): Promise<ObjectServer> {
  const objects = new Map<string, Stored>();
  let version = 0;
  const put: ObjectServer['put'] = (path, object) => {
    version += 1;
    const name = path.split('/').at(-1) ?? '';
    const namespace = /\/namespaces\/([^/]+)\//.exec(path)?.[1];
    const uid = objects.get(path)?.metadata.uid ?? `uid-${version}`;
    const metadata = { name, ...(namespace ? { namespace } : {}), uid, ...object.metadata };
    const stored = { ...object, metadata: { ...metadata, resourceVersion: `${version}` } } as Stored;
    objects.set(path, stored);
    return stored;
  };
  const answer = ({ method, url, body }: Asked): Answer => {
    const { pathname, searchParams } = new URL(url, 'http://x');
    const found = objects.get(pathname);
    if (method === 'POST') {
      const path = `${pathname}/${(body as Stored).metadata.name}`;
      if (objects.has(path)) return refusal(409, 'AlreadyExists', `${path} already exists`);
      return { status: 201, body: put(path, body as Stored) };
    }
    if (method === 'GET' && isList(pathname)) return { body: list(objects, pathname, searchParams) };
    if (!found) return refusal(404, 'NotFound', `${pathname} not found`);
    if (method === 'GET') return { body: found };
    if (method === 'DELETE') {
      objects.delete(pathname);
      return { body: {} };
    }
    const next = method === 'PUT' ? (body as Stored) : patched(found, body as Step[]);
    const expected = next.metadata.resourceVersion;
    if (expected !== undefined && expected !== found.metadata.resourceVersion)
      return refusal(409, 'Conflict', 'the object has been modified');
    return { body: put(pathname, withManager(next, searchParams.get('fieldManager'))) };
  };
  const { client, asked, stop } = await startScriptedApiserver(
    async (entry) => (await script(entry, objects)) ?? answer(entry),
  );
  return { client, asked, objects, put, stop };
}

/** A manager that writes is told among the managedFields, unless there are none. */
function withManager(object: Stored, manager: string | null): Stored {
  const entries = object.metadata['managedFields'] as { manager: string }[] | undefined;
  if (!manager || !entries || entries.some((entry) => entry.manager === manager)) return object;
  const managedFields = [...entries, { manager, operation: 'Update', fieldsV1: {} }];
  return { ...object, metadata: { ...object.metadata, managedFields } };
}

/** Lists end in a plural: /api/v1/[namespaces/x/]plural. */
function isList(path: string): boolean {
  const rest = path.replace(/^\/(api\/v1|apis\/[^/]+\/[^/]+)\/(namespaces\/[^/]+\/)?/, '');
  return !rest.includes('/');
}

function list(objects: Map<string, Stored>, path: string, query: URLSearchParams) {
  const [label, value] = (query.get('labelSelector') ?? '').split('=');
  const items = [...objects].filter(([key]) => key.startsWith(`${path}/`)).map(([, object]) => object);
  return {
    metadata: { resourceVersion: '1' },
    items: items.filter(({ metadata }) => !label || metadata.labels?.[label] === value),
  };
}

type Step = { op: string; path: string; value?: unknown };

function patched(object: Stored, steps: readonly Step[]): Stored {
  const copy = structuredClone(object);
  for (const { op, path, value } of steps) {
    const keys = path
      .slice(1)
      .split('/')
      .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
    const last = keys.pop() ?? '';
    const parent = keys.reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], copy) as Record<
      string,
      unknown
    >;
    if (op === 'remove') delete parent[last];
    else parent[last] = value;
  }
  return copy;
}
