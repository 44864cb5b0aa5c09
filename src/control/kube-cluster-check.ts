import { isDeepStrictEqual } from 'node:util';
import type { V1Deployment, V1ObjectMeta, V1Pod, V1ReplicaSet, V1StatefulSet } from '@kubernetes/client-node';
import { APP_LABEL } from '../deploy/labels.ts';
import { observeService, type RawService } from '../deploy/observe-service.ts';
import type { KubeClient } from '../kube/kube-client.ts';
import type { Wire } from '../kube/kube-object.ts';
import { resourcePath } from '../kube/kube-path.ts';
import { resourceParts } from '../session/resource-parts.ts';
import type { SessionState } from '../session/state.ts';
import type { Unseen } from './check-sources.ts';
import type { Verdict } from './verdict.ts';

/**
 * Compares the pods and Services that the session knows with those that the apiserver has at this moment, since a watch may lag; and
 * when pods seem to have failed, tells which are of an older pod template, since those are about to go. Rejects as
 * KubeClient.request does.
 */
export async function clusterCheck(
  client: Pick<KubeClient, 'request'>,
  state: SessionState,
  verdict: Verdict,
  signal: AbortSignal,
): Promise<Unseen> {
  const keys = Object.values(state.resources).map(({ key }) => resourceParts(key));
  const workloads = keys.filter(({ kind }) => podMakers.has(kind));
  const namespaces = [...new Set(workloads.map(({ namespace }) => namespace))];
  const list = listOf(client, `${APP_LABEL}=${state.app}`, signal);
  const oldPods = new Set<string>();
  for (const namespace of namespaces) {
    const pods = await list<Wire<V1Pod>>('', 'pods', namespace);
    const unlike = lagging(state, namespace, pods);
    if (unlike !== undefined) return { lags: `the cluster to tell of pod ${unlike}` };
    const service = laggingService(state, await list<RawService>('', 'services', namespace));
    if (service !== undefined) return { lags: `the cluster to tell of Service ${service}` };
    if (verdict.is !== 'failed') continue;
    const labels = await newestLabels(list, namespace);
    for (const pod of pods) if (isOld(pod, labels)) oldPods.add(pod.metadata?.uid ?? '');
  }
  return { oldPods };
}

const podMakers = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Job', 'Pod']);

type List = <T>(group: string, plural: string, namespace: string) => Promise<readonly T[]>;

function listOf(client: Pick<KubeClient, 'request'>, labelSelector: string, signal: AbortSignal): List {
  return async <T>(group: string, plural: string, namespace: string) => {
    const path = resourcePath({ group, version: 'v1', plural, namespaced: true }, { namespace });
    const { body } = await client.request<{ items?: readonly T[] }>({
      ...{ method: 'GET', path, signal, query: { labelSelector } },
    });
    return body.items ?? [];
  };
}

/** The name of a pod of which the session and the apiserver do not say the same. */
function lagging(state: SessionState, namespace: string, pods: readonly Wire<V1Pod>[]): string | undefined {
  const now = new Map(
    pods.flatMap(({ metadata }) =>
      metadata?.deletionTimestamp ? [] : [[metadata?.uid, metadata?.name] as const],
    ),
  );
  const known = Object.values(state.pods).filter(
    (pod) => pod.mine && pod.namespace === namespace && !pod.deleting,
  );
  const gone = known.find(({ uid }) => !now.has(uid));
  if (gone) return gone.name;
  for (const { uid } of known) now.delete(uid);
  return [...now.values()][0];
}

/** The name of a Service of the project that the session does not have as the apiserver has it. */
function laggingService({ resources, services }: SessionState, found: readonly RawService[]) {
  const now = found.map(observeService);
  return now.find((service) => {
    const { namespace, name } = service;
    const isOfProject = `Service/${namespace}/${name}` in resources;
    return isOfProject && !isDeepStrictEqual(service, services[`${namespace}/${name}`]);
  })?.name;
}

/** The label that pods of the newest template have, by the uid of what controls them. */
type Labels = ReadonlyMap<string, readonly [label: string, value: string]>;

/** The annotation in which a Deployment and its newest ReplicaSet agree. */
const REVISION = 'deployment.kubernetes.io/revision';

async function newestLabels(list: List, namespace: string): Promise<Labels> {
  const [deployments, replicaSets, statefulSets] = await Promise.all([
    list<Wire<V1Deployment>>('apps', 'deployments', namespace),
    list<Wire<V1ReplicaSet>>('apps', 'replicasets', namespace),
    list<Wire<V1StatefulSet>>('apps', 'statefulsets', namespace),
  ]);
  const revisions = new Map(
    deployments.map(({ metadata, status }) => [
      metadata?.uid,
      isSeen(metadata, status) ? metadata?.annotations?.[REVISION] : undefined,
    ]),
  );
  const labels = new Map<string, readonly [string, string]>();
  for (const { metadata } of replicaSets) {
    const owner = controllerOf(metadata);
    if (owner === undefined || !revisions.has(owner)) continue;
    const isNewest = revisions.get(owner) === metadata?.annotations?.[REVISION];
    // Pods of any other ReplicaSet have no label of this value.
    labels.set(metadata?.uid ?? '', ['pod-template-hash', isNewest ? hashOf(metadata) : '']);
  }
  for (const { metadata, status } of statefulSets) {
    const newest = isSeen(metadata, status) ? status?.updateRevision : undefined;
    labels.set(metadata?.uid ?? '', ['controller-revision-hash', newest ?? '']);
  }
  return labels;
}

/** Until its controller has seen the newest spec, what it says of revisions is about an older one. */
function isSeen(
  metadata: Wire<V1ObjectMeta> | undefined,
  status: { observedGeneration?: number } | undefined,
) {
  return (status?.observedGeneration ?? 0) >= (metadata?.generation ?? 0);
}

function hashOf(metadata: Wire<V1ObjectMeta> | undefined): string {
  return metadata?.labels?.['pod-template-hash'] ?? '';
}

function controllerOf(metadata: Wire<V1ObjectMeta> | undefined): string | undefined {
  return metadata?.ownerReferences?.find(({ controller }) => controller)?.uid;
}

function isOld({ metadata }: Wire<V1Pod>, labels: Labels): boolean {
  const newest = labels.get(controllerOf(metadata) ?? '');
  return newest !== undefined && metadata?.labels?.[newest[0]] !== newest[1];
}
