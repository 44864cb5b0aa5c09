import { parse } from 'yaml';
import { type KubeClient, KubeError } from '../kube/kube-client.ts';

/** A registry that a cluster names for its developers (KEP-1755). Hosts are host[:port][/path]. */
export interface LocalRegistry {
  /** where this machine pushes to */
  readonly host: string;
  /** what the nodes call it, and so what manifests must name; the same as `host` when the cluster says nothing */
  readonly nodeHost: string;
}

/**
 * The registry in the ConfigMap `local-registry-hosting` of the namespace `kube-public`, as KEP-1755 has it; undefined
 * when there is none, the user may not read it, or it says something else. Rejects with KubeUnreachable.
 */
export async function readLocalRegistry(
  client: Pick<KubeClient, 'request'>,
  signal: AbortSignal,
): Promise<LocalRegistry | undefined> {
  try {
    const path = '/api/v1/namespaces/kube-public/configmaps/local-registry-hosting';
    const { body } = await client.request<{ data?: Record<string, string> }>({ method: 'GET', path, signal });
    return parseHosting(body.data?.['localRegistryHosting.v1']);
  } catch (error) {
    if (error instanceof KubeError) return undefined;
    throw error;
  }
}

/** What `localRegistryHosting.v1` says; undefined when it names no host. Some write a scheme, which the KEP does not. Pure. */
export function parseHosting(text: string | undefined): LocalRegistry | undefined {
  const parsed = text === undefined ? undefined : quietly(() => parse(text) as unknown);
  const { host, hostFromContainerRuntime } = (parsed ?? {}) as Record<string, unknown>;
  const pushHost = hostOf(host);
  return pushHost === undefined
    ? undefined
    : { host: pushHost, nodeHost: hostOf(hostFromContainerRuntime) ?? pushHost };
}

function hostOf(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const host = value
    .trim()
    .replace(/^https?:\/\//, '')
    .replace(/\/+$/, '');
  return /^[A-Za-z0-9][\w.-]*(?::\d{1,5})?(?:\/[a-z0-9._/-]+)?$/.test(host) ? host : undefined;
}

function quietly<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
