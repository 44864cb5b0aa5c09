import { APP_LABEL } from '../deploy/labels.ts';
import { observePod, type RawPod } from '../deploy/observe-pod.ts';
import { observedKinds } from '../deploy/observed-kinds.ts';
import type { KubeClient } from '../kube/kube-client.ts';
import type { KubeObject } from '../kube/kube-object.ts';
import { resourcePath } from '../kube/kube-path.ts';
import type { PodObserved, ResourceKey } from '../session/observed.ts';

export interface ProjectPlace {
  readonly client: Pick<KubeClient, 'request'>;
  readonly namespace: string;
  /** the project's name */
  readonly app: string;
}

/** Resource keys of the workloads of a project in a namespace, bare pods included. Rejects as KubeClient.request does. */
export async function projectWorkloads(
  place: ProjectPlace,
  signal: AbortSignal,
): Promise<readonly ResourceKey[]> {
  const kinds = observedKinds.filter(({ isWorkload, kind }) => isWorkload || kind === 'Pod');
  const lists = kinds.map(async (type) => {
    const objects = await list(place, resourcePath(type, { namespace: place.namespace }), signal);
    return objects
      .filter(({ metadata }) => !metadata?.ownerReferences?.some(({ controller }) => controller))
      .map(({ metadata }) => `${type.kind}/${place.namespace}/${metadata?.name ?? ''}`);
  });
  return (await Promise.all(lists)).flat();
}

/** The pods of a project in a namespace, with the annotations that the session does not keep. */
export async function projectPods(
  place: ProjectPlace,
  signal: AbortSignal,
): Promise<readonly { readonly pod: PodObserved; readonly annotations: Readonly<Record<string, string>> }[]> {
  const type = { group: '', version: 'v1', plural: 'pods', namespaced: true };
  const objects = await list(place, resourcePath(type, { namespace: place.namespace }), signal);
  return objects.map((object) => ({
    pod: observePod(object as RawPod, place.app),
    annotations: object.metadata?.annotations ?? {},
  }));
}

async function list(
  { client, app }: ProjectPlace,
  path: string,
  signal: AbortSignal,
): Promise<readonly KubeObject[]> {
  const query = { labelSelector: `${APP_LABEL}=${app}` };
  const { body } = await client.request<{ items?: readonly KubeObject[] }>({
    method: 'GET',
    path,
    query,
    signal,
  });
  return body.items ?? [];
}
