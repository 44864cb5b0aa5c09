import pLimit from 'p-limit';
import { type KubeClient, KubeError } from './kube-client.ts';
import type { ResourceType } from './kube-path.ts';

/** Requests under way at once. */
const PARALLEL = 8;

interface GroupList {
  readonly groups?: readonly {
    readonly name: string;
    readonly preferredVersion?: { readonly version: string };
  }[];
}

interface ResourceList {
  readonly resources?: readonly {
    readonly name: string;
    readonly kind: string;
    readonly namespaced: boolean;
    readonly verbs?: readonly string[];
  }[];
}

/**
 * Every kind that lives in namespaces and can be listed and deleted, each in the version its group prefers. Groups whose
 * server is away, such as metrics, have none. Rejects as KubeClient.request does.
 */
export async function servedTypes(
  client: Pick<KubeClient, 'request'>,
  signal: AbortSignal,
): Promise<readonly ResourceType[]> {
  const { body } = await client.request<GroupList>({ method: 'GET', path: '/apis', signal });
  const groups = (body.groups ?? []).flatMap(({ name, preferredVersion }) =>
    preferredVersion ? [{ group: name, version: preferredVersion.version }] : [],
  );
  const limit = pLimit(PARALLEL);
  const all = [{ group: '', version: 'v1' }, ...groups];
  const types = await Promise.all(all.map((group) => limit(() => typesOf(client, group, signal))));
  return types.flat();
}

async function typesOf(
  client: Pick<KubeClient, 'request'>,
  { group, version }: Pick<ResourceType, 'group' | 'version'>,
  signal: AbortSignal,
): Promise<readonly ResourceType[]> {
  const path = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  try {
    const { body } = await client.request<ResourceList>({ method: 'GET', path, signal });
    return (body.resources ?? [])
      .filter(({ name, namespaced, verbs = [] }) => {
        return namespaced && !name.includes('/') && verbs.includes('list') && verbs.includes('delete');
      })
      .map(({ name, kind }) => ({ group, version, kind, plural: name, namespaced: true }));
  } catch (error) {
    if (error instanceof KubeError) return [];
    throw error;
  }
}
