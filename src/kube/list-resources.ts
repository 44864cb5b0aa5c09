import { type KubeClient, KubeError } from './kube-client.ts';
import type { KubeObject } from './kube-object.ts';
import { apiVersionOf, type ResourceType, resourcePath } from './kube-path.ts';

export interface ListSelection {
  /** absent: all of a cluster-scoped kind, or all namespaces */
  readonly namespace?: string;
  readonly labelSelector?: string;
}

/** Objects per page. */
const PAGE = 500;

interface ObjectList<T> {
  readonly metadata?: { readonly continue?: string };
  readonly items?: readonly T[] | null;
}

/**
 * Every object of a kind, each with its apiVersion and kind, which the apiserver leaves out of items. A namespace or a
 * kind that is not there has none. Rejects as KubeClient.request does.
 */
export async function listResources<T extends KubeObject = KubeObject>(
  client: Pick<KubeClient, 'request'>,
  type: ResourceType,
  { namespace, labelSelector }: ListSelection,
  signal: AbortSignal,
): Promise<readonly T[]> {
  const path = resourcePath(type, namespace === undefined ? {} : { namespace });
  const { kind } = type;
  const apiVersion = apiVersionOf(type);
  const found: T[] = [];
  for (let next: string | undefined; ; ) {
    const query = { limit: PAGE, continue: next, labelSelector };
    const body = await page<T>(client, path, query, signal);
    found.push(...(body.items ?? []).map((item) => ({ ...item, apiVersion, kind })));
    next = body.metadata?.continue || undefined;
    if (next === undefined) return found;
  }
}

async function page<T>(
  client: Pick<KubeClient, 'request'>,
  path: string,
  query: Readonly<Record<string, string | number | undefined>>,
  signal: AbortSignal,
): Promise<ObjectList<T>> {
  try {
    return (await client.request<ObjectList<T>>({ method: 'GET', path, query, signal })).body;
  } catch (error) {
    if (error instanceof KubeError && error.status.code === 404) return {};
    throw error;
  }
}
