import type { V1Pod } from '@kubernetes/client-node';
import type { Wire } from '../kube/kube-object.ts';
import type { ContainerObserved, PodObserved, ResourceKey } from '../session/observed.ts';
import { SYNCED } from '../sync/pod-marks.ts';
import { APP_LABEL } from './labels.ts';
import { observeContainer, type RawContainer, type RawContainerStatus } from './observe-container.ts';

export type RawPod = Wire<V1Pod>;

const HASH_LABEL = 'pod-template-hash';

/** What a session needs of a pod as the API has it. Pure. @param app value of the app label that makes it `mine` */
export function observePod(pod: RawPod, app: string): PodObserved {
  const { metadata = {}, status = {} } = pod;
  const labels = { ...metadata.labels };
  const owner = ownerOf(pod);
  return {
    namespace: metadata.namespace ?? '',
    name: metadata.name ?? '',
    uid: metadata.uid ?? '',
    labels,
    mine: labels[APP_LABEL] === app,
    ...(owner === undefined ? {} : { owner }),
    phase: phaseOf(status.phase),
    ready: status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false,
    deleting: metadata.deletionTimestamp !== undefined,
    createdAt: Date.parse(metadata.creationTimestamp ?? '') || 0,
    ...why(status),
    ...placement(pod),
    containers: containersOf(pod),
  };
}

function phaseOf(phase: string | undefined): PodObserved['phase'] {
  return phase === 'Pending' || phase === 'Running' || phase === 'Succeeded' || phase === 'Failed'
    ? phase
    : 'Unknown';
}

/** A Deployment names its ReplicaSets after itself and the hash of the pod template. */
function ownerOf({ metadata }: RawPod): ResourceKey | undefined {
  const owner = metadata?.ownerReferences?.find((reference) => reference.controller);
  if (owner === undefined) return undefined;
  const suffix = `-${metadata?.labels?.[HASH_LABEL]}`;
  const isOfDeployment = owner.kind === 'ReplicaSet' && owner.name.endsWith(suffix);
  const [kind, name] = isOfDeployment
    ? ['Deployment', owner.name.slice(0, -suffix.length)]
    : [owner.kind, owner.name];
  return `${kind}/${metadata?.namespace ?? ''}/${name}`;
}

/** The pod's own word (Evicted…), else the scheduler's (Unschedulable, SchedulingGated). */
function why(status: NonNullable<RawPod['status']>): { reason?: string; message?: string } {
  const unscheduled = status.conditions?.find(
    ({ type, status }) => type === 'PodScheduled' && status === 'False',
  );
  const { reason, message } = status.reason ? status : (unscheduled ?? {});
  return { ...(reason ? { reason } : {}), ...(message ? { message } : {}) };
}

/** Where it goes, and what it needs for that. */
function placement({
  spec,
  status,
}: RawPod): Pick<PodObserved, 'node' | 'scheduler' | 'nodeSelector' | 'claims'> {
  const { nodeName, schedulerName, nodeSelector, volumes } = spec ?? {};
  const isLookedAt = status?.conditions?.some(({ type }) => type === 'PodScheduled');
  const claims = (volumes ?? []).flatMap(
    ({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? [],
  );
  return {
    ...(nodeName ? { node: nodeName } : {}),
    ...(nodeName || isLookedAt || !schedulerName ? {} : { scheduler: schedulerName }),
    ...(nodeSelector && Object.keys(nodeSelector).length > 0 ? { nodeSelector: { ...nodeSelector } } : {}),
    ...(claims.length > 0 ? { claims } : {}),
  };
}

function containersOf({ spec, status, metadata }: RawPod): ContainerObserved[] {
  const synced = (name: string) => metadata?.annotations?.[`${SYNCED}${name}`];
  const of = (
    kind: ContainerObserved['kind'],
    containers?: readonly RawContainer[],
    statuses?: readonly RawContainerStatus[],
  ) =>
    (containers ?? []).map((container) => {
      const known = statuses?.find(({ name }) => name === container.name);
      return observeContainer(kind, container, known, synced(container.name));
    });
  return [
    ...of('init', spec?.initContainers, status?.initContainerStatuses),
    ...of('app', spec?.containers, status?.containerStatuses),
    ...of('ephemeral', spec?.ephemeralContainers, status?.ephemeralContainerStatuses),
  ];
}
