import type { V1DeploymentStatus, V1PodSpec } from '@kubernetes/client-node';
import type { KubeObject, Wire } from '../kube/kube-object.ts';
import type { WorkloadObserved } from '../session/observed.ts';
import { APP_LABEL } from './labels.ts';
import { type RawWorkload, rolloutOf, type WorkloadKind } from './rollout-status.ts';

/** What a session needs of a workload as the API has it. Pure. @param kind lists do not say it of their items */
export function observeWorkload(kind: WorkloadKind, object: KubeObject, app: string): WorkloadObserved {
  const workload = object as RawWorkload;
  const { namespace = '', name = '', labels } = workload.metadata ?? {};
  return {
    key: `${kind}/${namespace}/${name}`,
    mine: labels?.[APP_LABEL] === app,
    ...rolloutOf(kind, workload),
    images: imagesOf(workload),
    ...podLabels(workload),
    ...refusedOf(workload),
    ...(workload.metadata?.generation === undefined ? {} : { revision: workload.metadata.generation }),
    ...(workload.metadata?.uid === undefined ? {} : { uid: workload.metadata.uid }),
  };
}

function imagesOf({ spec }: RawWorkload): string[] {
  const template = spec?.template ?? spec?.jobTemplate?.spec?.template;
  const pod: Wire<V1PodSpec> | undefined = template?.spec;
  return [...(pod?.initContainers ?? []), ...(pod?.containers ?? [])].flatMap(({ image }) =>
    image ? [image] : [],
  );
}

function podLabels({ spec }: RawWorkload): Pick<WorkloadObserved, 'podLabels'> {
  const template = spec?.template ?? spec?.jobTemplate?.spec?.template;
  const labels = template?.metadata?.labels;
  return labels ? { podLabels: { ...labels } } : {};
}

/** A ReplicaSet cannot make its pods; its Deployment repeats it. */
function refusedOf({ metadata, status }: RawWorkload): Pick<WorkloadObserved, 'refused'> {
  const { conditions, observedGeneration } = (status ?? {}) as Wire<V1DeploymentStatus>;
  // Until its controller has seen the newest spec, it speaks of an older one.
  if ((observedGeneration ?? 0) < (metadata?.generation ?? 0)) return {};
  const failure = conditions?.find(({ type, status }) => type === 'ReplicaFailure' && status === 'True');
  return failure?.message ? { refused: failure.message } : {};
}
