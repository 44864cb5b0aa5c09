import type {
  V1Container,
  V1ContainerState,
  V1ContainerStatus,
  V1EphemeralContainer,
  V1Pod,
} from '@kubernetes/client-node';
import type { Wire } from '../kube/kube-object.ts';
import type { ContainerObserved, PodObserved, ReadinessProbe, ResourceKey } from '../session/observed.ts';
import { APP_LABEL } from './labels.ts';

export type RawPod = Wire<V1Pod>;
type Container = Wire<V1Container> | Wire<V1EphemeralContainer>;
type Status = Wire<V1ContainerStatus>;
type State = Wire<V1ContainerState>;

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

function containersOf({ spec, status }: RawPod): ContainerObserved[] {
  const of = (
    kind: ContainerObserved['kind'],
    containers?: readonly Container[],
    statuses?: readonly Status[],
  ) =>
    (containers ?? []).map((container) => {
      const known = statuses?.find(({ name }) => name === container.name);
      return containerOf(kind, container, known);
    });
  return [
    ...of('init', spec?.initContainers, status?.initContainerStatuses),
    ...of('app', spec?.containers, status?.containerStatuses),
    ...of('ephemeral', spec?.ephemeralContainers, status?.ephemeralContainerStatuses),
  ];
}

function containerOf(
  kind: ContainerObserved['kind'],
  container: Container,
  status?: Status,
): ContainerObserved {
  const { state = {}, lastState = {} } = status ?? {};
  const containerId = logInstance(status);
  const exitCode = (state.terminated ?? lastState.terminated)?.exitCode;
  const named = (container.ports ?? []).flatMap(({ name, containerPort }) =>
    name ? [[name, containerPort]] : [],
  );
  return {
    name: container.name,
    kind,
    image: container.image ?? '',
    ...(containerId ? { containerId } : {}),
    state: state.running ? 'running' : state.terminated ? 'terminated' : 'waiting',
    ...whyContainer(state, lastState),
    ...(exitCode === undefined ? {} : { exitCode }),
    ready: status?.ready ?? false,
    restarts: status?.restartCount ?? 0,
    ports: Object.fromEntries(named),
    ...probeOf(container, Object.fromEntries(named), status),
  };
}

/** What rockpool can ask as the kubelet does; while a startup probe runs, readiness is not asked for at all. */
function probeOf(
  container: Container,
  named: Readonly<Record<string, number>>,
  status?: Status,
): { probe?: ReadinessProbe } {
  const { readinessProbe, startupProbe } = container;
  const asked = readinessProbe?.httpGet ?? readinessProbe?.tcpSocket;
  if (!asked || asked.host || (startupProbe && !status?.started)) return {};
  const port = Number(named[String(asked.port)] ?? asked.port);
  if (!Number.isInteger(port)) return {};
  const http = readinessProbe?.httpGet;
  if (!http) return { probe: { kind: 'tcp', port } };
  const headers = Object.fromEntries((http.httpHeaders ?? []).map(({ name, value }) => [name, value]));
  return {
    probe: { kind: http.scheme === 'HTTPS' ? 'https' : 'http', port, path: http.path ?? '/', headers },
  };
}

/**
 * The instance whose log the kubelet serves, by its rule in validateContainerLogStatus (pkg/kubelet/kubelet_pods.go):
 * the running one, else the last that ended. One that never started has no log.
 */
function logInstance(status: Status | undefined): string | undefined {
  const { state = {}, lastState = {} } = status ?? {};
  if (state.running) return status?.containerID;
  return state.terminated?.containerID || lastState.terminated?.containerID;
}

/** Of a container that waits to be started again, how the last instance ended says more than how long it waits. */
function whyContainer(state: State, lastState: State): { reason?: string; message?: string } {
  const { waiting, terminated } = state;
  const reason = waiting?.reason ?? terminated?.reason;
  const message = terminated
    ? terminated.message
    : (lastWords(waiting?.reason, lastState) ?? waiting?.message);
  return { ...(reason ? { reason } : {}), ...(message ? { message: message.trim() } : {}) };
}

function lastWords(reason: string | undefined, { terminated }: State): string | undefined {
  if (reason !== 'CrashLoopBackOff' || !terminated) return undefined;
  const { reason: how = 'Error', exitCode, signal, message } = terminated;
  const end = `${how}, ${signal ? `signal ${signal}` : `exit code ${exitCode}`}`;
  return message ? `${end}: ${message}` : end;
}
