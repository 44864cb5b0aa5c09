import type { ObjectIdentity } from '../kube/known-objects.ts';
import type { KubeObject } from '../kube/kube-object.ts';
import type { ResourceType } from '../kube/kube-path.ts';
import type { EventBody } from '../session/events.ts';
import { observeNode, type RawNode } from './observe-node.ts';
import { observePod, type RawPod } from './observe-pod.ts';
import { observeQuota, type RawQuota } from './observe-quota.ts';
import { observeService, type RawService } from './observe-service.ts';
import { observeWarning, type RawEvent } from './observe-warning.ts';
import { observeWorkload } from './observe-workload.ts';
import type { WorkloadKind } from './rollout-status.ts';

/** A kind that a session follows, and the facts that its objects give. */
export interface ObservedKind extends ResourceType {
  readonly isWorkload: boolean;
  /** of the objects that are asked for */
  readonly fieldSelector?: string;
  /** it only explains: a user who may not list it does without, and need not be told */
  readonly isExtra?: boolean;
  /** undefined for an object that another workload made */
  observed(object: KubeObject, app: string): EventBody | undefined;
  /** undefined where a deletion says nothing */
  deleted(identity: ObjectIdentity): EventBody | undefined;
}

/** What a session follows in a namespace. Events need no deletion: they are forgotten with what they are about. Pure. */
export const observedKinds: readonly ObservedKind[] = [
  {
    ...{ group: '', version: 'v1', kind: 'Pod', plural: 'pods', namespaced: true, isWorkload: false },
    observed: (object, app) => ({ type: 'pod.observed', pod: observePod(object as RawPod, app) }),
    deleted: (identity) => ({ type: 'pod.deleted', ...identity }),
  },
  {
    ...{ group: '', version: 'v1', kind: 'Service', plural: 'services', namespaced: true, isWorkload: false },
    observed: (object) => ({ type: 'service.observed', service: observeService(object as RawService) }),
    deleted: ({ namespace, name }) => ({ type: 'service.deleted', namespace, name }),
  },
  workload('apps', 'Deployment', 'deployments'),
  workload('apps', 'StatefulSet', 'statefulsets'),
  workload('apps', 'DaemonSet', 'daemonsets'),
  workload('apps', 'ReplicaSet', 'replicasets'),
  workload('batch', 'Job', 'jobs'),
  workload('batch', 'CronJob', 'cronjobs'),
  {
    ...{ group: '', version: 'v1', kind: 'ResourceQuota', plural: 'resourcequotas', namespaced: true },
    ...{ isWorkload: false, isExtra: true },
    observed: (object) => ({ type: 'quota.observed', quota: observeQuota(object as RawQuota) }),
    deleted: ({ namespace, name }) => ({ type: 'quota.deleted', namespace, name }),
  },
  {
    ...{ group: '', version: 'v1', kind: 'Event', plural: 'events', namespaced: true, isWorkload: false },
    isExtra: true,
    fieldSelector: 'type=Warning',
    observed(object) {
      const warning = observeWarning(object as RawEvent);
      return warning && { type: 'warning.observed', warning };
    },
    deleted: () => undefined,
  },
];

/** What a session follows in the whole cluster. Pure. */
export const clusterKinds: readonly ObservedKind[] = [
  {
    ...{ group: '', version: 'v1', kind: 'Node', plural: 'nodes', namespaced: false, isWorkload: false },
    isExtra: true,
    observed: (object) => ({ type: 'node.observed', node: observeNode(object as RawNode) }),
    deleted: ({ name }) => ({ type: 'node.deleted', name }),
  },
];

function workload(group: string, kind: WorkloadKind, plural: string): ObservedKind {
  return {
    ...{ group, version: 'v1', kind, plural, namespaced: true, isWorkload: true },
    observed(object, app) {
      const isMade = object.metadata?.ownerReferences?.some(({ controller }) => controller);
      return isMade ? undefined : { type: 'workload.observed', workload: observeWorkload(kind, object, app) };
    },
    deleted: ({ namespace, name }) => ({ type: 'workload.deleted', key: `${kind}/${namespace}/${name}` }),
  };
}
