import type { ForwardSpec } from '../session/events.ts';
import type { PodObserved, ServiceObserved } from '../session/observed.ts';
import type { SessionState } from '../session/state.ts';
import { candidatePods, portInPod, serviceOf, servicePort, workloadKinds } from './forward-candidates.ts';

/** Why a forward has nobody to go to, in words for screens. Pure; only asked while there is no target. */
export function whyNoTarget(state: SessionState, spec: ForwardSpec): string {
  const pods = candidatePods(state, spec);
  return (
    (spec.kind === 'service' ? whyNoService(serviceOf(state, spec), spec, pods) : undefined) ??
    (pods.length === 0 ? whyNoPods(state, spec) : whyNotReady(state, spec, pods))
  );
}

function whyNoService(
  service: ServiceObserved | undefined,
  spec: ForwardSpec,
  pods: readonly PodObserved[],
): string | undefined {
  const { name, namespace, port } = spec;
  if (!service) return `no Service ${name} in namespace ${namespace}`;
  if (!servicePort(service, port)) return `Service ${name} has no port ${port}; ${portsOf(service)}`;
  const selector = Object.entries(service.selector ?? {});
  if (selector.length === 0)
    return `Service ${name} has no selector, so it cannot be told which pods serve it`;
  if (pods.length > 0) return undefined;
  return `no pod matches its selector ${selector.map(([key, value]) => `${key}=${value}`).join(',')}`;
}

function portsOf({ ports }: ServiceObserved): string {
  if (ports.length === 0) return 'it has none';
  return `it has ${ports.map(({ name, port }) => (name ? `${name}/${port}` : port)).join(', ')}`;
}

function whyNoPods(state: SessionState, { kind, name, namespace }: ForwardSpec): string {
  if (kind === 'pod' || kind === 'service') return `no pod ${name} in namespace ${namespace}`;
  const workload = workloadKinds[kind];
  return `${workload}/${namespace}/${name}` in state.workloads
    ? `${workload} ${name} has no pod yet`
    : `no ${workload} ${name} in namespace ${namespace}`;
}

function whyNotReady(state: SessionState, spec: ForwardSpec, pods: readonly PodObserved[]): string {
  const staying = pods.filter((pod) => !pod.deleting);
  const [pod] = (staying.length > 0 ? staying : pods).toSorted((a, b) => b.createdAt - a.createdAt);
  if (!pod) return '';
  if (pod.deleting) return `pod ${pod.name} is being deleted`;
  if (portInPod(state, spec, pod) === undefined) {
    return `no container of pod ${pod.name} has a port named ${portName(state, spec)}`;
  }
  const more = staying.length > 1 ? ` (and ${staying.length - 1} more)` : '';
  return `pod ${pod.name} is not ready: ${troubleOf(pod)}${more}`;
}

function portName(state: SessionState, spec: ForwardSpec): number | string {
  if (spec.kind !== 'service') return spec.port;
  return servicePort(serviceOf(state, spec), spec.port)?.targetPort ?? spec.port;
}

function troubleOf(pod: PodObserved): string {
  const reason =
    pod.reason ?? pod.containers.find((container) => !container.ready && container.reason)?.reason;
  if (reason !== undefined) return reason;
  return pod.phase === 'Running' ? 'its readiness probe has not passed yet' : pod.phase.toLowerCase();
}
