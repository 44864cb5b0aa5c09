import { type KubeClient, KubeError } from './kube-client.ts';
import type { KubeObject } from './kube-object.ts';
import { type ResourceType, resourcePath } from './kube-path.ts';

export interface ResourceName {
  readonly namespace?: string;
  readonly name: string;
}

/** The object, or undefined when there is none. Rejects as KubeClient.request does. */
export async function getResource<T extends KubeObject = KubeObject>(
  client: Pick<KubeClient, 'request'>,
  type: ResourceType,
  place: ResourceName,
  signal?: AbortSignal,
): Promise<T | undefined> {
  return unlessAbsent(async () => {
    const path = resourcePath(type, place);
    const { body } = await client.request<T>({ method: 'GET', path, ...(signal ? { signal } : {}) });
    return body;
  });
}

export interface DeleteOptions {
  /** default Background: dependents go after it; Foreground: before it; Orphan: they stay */
  readonly propagation?: 'Background' | 'Foreground' | 'Orphan';
  /** s that its pods get to stop; default their own */
  readonly gracePeriod?: number;
  /** delete only the object of this uid: another one of the same name is refused with 409 */
  readonly uid?: string;
  readonly signal?: AbortSignal;
}

/**
 * Asks for the deletion of an object, which may take a while after this resolves. @returns whether there was one.
 * Rejects as KubeClient.request does.
 */
export async function deleteResource(
  client: Pick<KubeClient, 'request'>,
  type: ResourceType,
  place: ResourceName,
  options: DeleteOptions = {},
): Promise<boolean> {
  const { propagation = 'Background', gracePeriod, uid, signal } = options;
  const answer = await unlessAbsent(() =>
    client.request({
      method: 'DELETE',
      path: resourcePath(type, place),
      body: {
        apiVersion: 'v1',
        kind: 'DeleteOptions',
        propagationPolicy: propagation,
        ...(gracePeriod === undefined ? {} : { gracePeriodSeconds: gracePeriod }),
        ...(uid === undefined ? {} : { preconditions: { uid } }),
      },
      ...(signal ? { signal } : {}),
    }),
  );
  return answer !== undefined;
}

async function unlessAbsent<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof KubeError && error.status.code === 404) return undefined;
    throw error;
  }
}
