import type { ForwardSpec } from '../session/events.ts';
import type { PodObserved, ServiceObserved } from '../session/observed.ts';
import type { SessionState } from '../session/state.ts';

/** Kubernetes kinds of the workloads that a forward can name. */
export const workloadKinds = {
  deployment: 'Deployment',
  statefulset: 'StatefulSet',
  daemonset: 'DaemonSet',
} as const;

/** The pods that a forward could go to, ready or not. Pure. */
export function candidatePods(state: SessionState, spec: ForwardSpec): PodObserved[] {
  const pods = Object.values(state.pods).filter(({ namespace }) => namespace === spec.namespace);
  if (spec.kind === 'pod') return pods.filter(({ name }) => name === spec.name);
  if (spec.kind === 'service') return selectedPods(pods, serviceOf(state, spec));
  const owner = `${workloadKinds[spec.kind]}/${spec.namespace}/${spec.name}`;
  return pods.filter((pod) => pod.owner === owner);
}

/** The port inside a pod that a forward stands for, or undefined when the pod or the Service has none. Pure. */
export function portInPod(state: SessionState, spec: ForwardSpec, pod: PodObserved): number | undefined {
  if (spec.kind !== 'service') return containerPort(pod, spec.port);
  const port = servicePort(serviceOf(state, spec), spec.port);
  return port && containerPort(pod, port.targetPort);
}

/** A Service's port by number or name. Pure. */
export function servicePort(
  service: ServiceObserved | undefined,
  wanted: number | string,
): ServiceObserved['ports'][number] | undefined {
  return service?.ports.find(({ port, name }) => port === wanted || name === wanted);
}

/** The Service that a forward names. Pure. */
export function serviceOf(state: SessionState, spec: ForwardSpec): ServiceObserved | undefined {
  return state.services[`${spec.namespace}/${spec.name}`];
}

/** As Kubernetes does it, a Service without a selector selects nothing. */
function selectedPods(pods: readonly PodObserved[], service: ServiceObserved | undefined): PodObserved[] {
  const wanted = Object.entries(service?.selector ?? {});
  if (wanted.length === 0) return [];
  return pods.filter(({ labels }) => wanted.every(([key, value]) => labels[key] === value));
}

function containerPort(pod: PodObserved, port: number | string): number | undefined {
  if (typeof port === 'number') return port;
  return pod.containers.find(({ ports }) => port in ports)?.ports[port];
}
