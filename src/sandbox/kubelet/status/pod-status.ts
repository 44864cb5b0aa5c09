import { type ContainerView, type RestartPolicy, restarts } from '../decide.ts';
import type { ContainerStatus, Pod, PodStatus } from '../objects.ts';
import { podConditions } from './pod-conditions.ts';
import { isInitialized, podPhase } from './pod-phase.ts';

export interface PodFacts {
  readonly views: readonly ContainerView[];
  readonly statuses: ReadonlyMap<string, ContainerStatus>;
  readonly isMounted: boolean;
  readonly address: string;
  readonly hostAddress: string;
  /** as the API writes times */
  readonly now: string;
}

/** The status that a pod has by now. Pure. */
export function podStatus(pod: Pod, facts: PodFacts): PodStatus {
  const { metadata, spec, status = {} } = pod;
  const { views, address, hostAddress, now } = facts;
  const policy = (spec?.restartPolicy ?? 'Always') as RestartPolicy;
  const of = (wanted: (view: ContainerView) => boolean) =>
    views.filter(wanted).flatMap(({ name }) => facts.statuses.get(name) ?? []);
  const containerStatuses = of(({ role }) => role === 'main');
  const initContainerStatuses = of(({ role }) => role !== 'main');
  // A pod that is deleted is over when its containers are, whatever the policy would have.
  const isLeaving = metadata.deletionTimestamp !== undefined;
  const phase = podPhase(views, containerStatuses, isLeaving && isOver(views) ? 'Never' : policy);
  const conditions = podConditions(status.conditions ?? [], {
    ...{ phase, isMounted: facts.isMounted, now, generation: metadata.generation },
    uninitialized: isInitialized(views) ? [] : views.filter(isUndone).map(({ name }) => name),
    statuses: [...containerStatuses, ...of(({ role }) => role === 'sidecar')],
    gates: (spec?.readinessGates ?? []).map(({ conditionType }) => conditionType),
  });
  return {
    ...status,
    ...{ phase, conditions, containerStatuses },
    ...(initContainerStatuses.length > 0 ? { initContainerStatuses } : {}),
    ...{ hostIP: hostAddress, hostIPs: [{ ip: hostAddress }] },
    ...(facts.isMounted ? { podIP: address, podIPs: [{ ip: address }] } : {}),
    ...(metadata.generation === undefined ? {} : { observedGeneration: metadata.generation }),
    startTime: status.startTime ?? now,
  };
}

const isOver = (views: readonly ContainerView[]): boolean =>
  views.every(({ is }) => is === 'ended' || is === 'new');

const isUndone = (view: ContainerView): boolean =>
  view.role !== 'main' && (view.is !== 'ended' || restarts(view, 'Always'));
