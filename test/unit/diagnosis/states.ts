import type { ContainerObserved, WarningObserved, WorkloadObserved } from '../../../src/session/observed.ts';
import { initialState, type PodState, type SessionState } from '../../../src/session/state.ts';

export const WEB = 'Deployment/shop/web';

export function container(over: Partial<ContainerObserved> = {}): ContainerObserved {
  return {
    ...{ name: 'main', kind: 'app', image: 'shop/web:rp-1', state: 'running', ready: false, restarts: 0 },
    ports: {},
    ...over,
  };
}

export function pod(over: Partial<PodState> = {}, of: Partial<ContainerObserved> = {}): PodState {
  return {
    ...{ namespace: 'shop', name: 'web-1', uid: 'u1', labels: { app: 'web' }, mine: true, owner: WEB },
    ...{ phase: 'Pending', ready: false, deleting: false, createdAt: 1000, containers: [container(of)] },
    ...over,
  };
}

export function workload(over: Partial<WorkloadObserved> = {}): WorkloadObserved & { since: number } {
  return {
    ...{ key: WEB, mine: true, rollout: 'progressing', desired: 1, updated: 0, ready: 0, images: [] },
    ...{ since: 0, podLabels: { app: 'web' }, revision: 1 },
    ...over,
  };
}

export function warning(over: Partial<WarningObserved> = {}): WarningObserved {
  return {
    ...{ about: 'Pod/shop/web-1', uid: 'u1', reason: 'Unhealthy', message: '', source: 'kubelet', count: 1 },
    at: 2000,
    ...over,
  };
}

/** A session in which that was seen; everything it applied is there. */
export function session(
  seen: {
    pods?: readonly PodState[];
    workloads?: readonly (WorkloadObserved & { since: number })[];
    warnings?: readonly WarningObserved[];
  } & Partial<Omit<SessionState, 'pods' | 'workloads' | 'warnings'>>,
): SessionState {
  const { pods = [], workloads = [workload()], warnings = [], ...rest } = seen;
  const inOrder = warnings.toSorted((a, b) => a.at - b.at);
  const byObject = Map.groupBy(inOrder, ({ about }) => about);
  return {
    ...initialState,
    ...{ context: 'minikube', namespace: 'shop', phase: 'running' },
    resources: {
      [WEB]: {
        ...{ key: WEB, file: 'k8s/web.yaml', images: [], hash: 'h', revision: 1 },
        places: { '': { file: 'k8s/web.yaml', line: 4 }, 'image:main': { file: 'k8s/web.yaml', line: 9 } },
      },
    },
    ...rest,
    pods: Object.fromEntries(pods.map((one) => [`${one.namespace}/${one.name}`, one])),
    workloads: Object.fromEntries(workloads.map((one) => [one.key, one])),
    warnings: Object.fromEntries(byObject),
  };
}
