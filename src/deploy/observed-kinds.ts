import type { ObjectIdentity } from '../kube/known-objects.ts';
import type { KubeObject } from '../kube/kube-object.ts';
import type { ResourceType } from '../kube/kube-path.ts';
import type { EventBody } from '../session/events.ts';
import { observePod, type RawPod } from './observe-pod.ts';
import { observeService, type RawService } from './observe-service.ts';
import { observeWorkload } from './observe-workload.ts';
import type { WorkloadKind } from './rollout-status.ts';

/** A kind that a session follows, and the facts that its objects give. */
export interface ObservedKind extends ResourceType {
  readonly isWorkload: boolean;
  /** undefined for an object that another workload made */
  observed(object: KubeObject, app: string): EventBody | undefined;
  deleted(identity: ObjectIdentity): EventBody;
}

/** What a session follows in a namespace. Pure. */
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
