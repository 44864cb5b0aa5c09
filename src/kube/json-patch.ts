import type { KubeClient } from './kube-client.ts';
import type { KubeObject } from './kube-object.ts';
import { type ResourceType, resourcePath } from './kube-path.ts';
import type { ResourceName } from './resources.ts';

/** One step of an RFC 6902 patch. */
export type PatchStep =
  | { readonly op: 'add' | 'replace' | 'test'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string };

/** The RFC 6901 pointer to a value. Pure. */
export function pointer(path: readonly string[]): string {
  return path.map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** The step that makes a patch fail with 409 when the object is not the one that was read. Pure. */
export function sameVersion({ metadata }: KubeObject): PatchStep {
  return { op: 'replace', path: '/metadata/resourceVersion', value: metadata?.resourceVersion };
}

/** Applies the steps, all or none. @returns the object afterwards. Rejects as KubeClient.request does. */
export async function patchResource(
  client: Pick<KubeClient, 'request'>,
  type: ResourceType,
  place: ResourceName,
  steps: readonly PatchStep[],
  options: { readonly fieldManager: string; readonly signal: AbortSignal },
): Promise<KubeObject> {
  const { body } = await client.request<KubeObject>({
    method: 'PATCH',
    path: resourcePath(type, place),
    query: { fieldManager: options.fieldManager },
    body: steps,
    contentType: 'application/json-patch+json',
    signal: options.signal,
  });
  return body;
}
