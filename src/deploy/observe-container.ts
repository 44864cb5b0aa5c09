import type {
  V1Container,
  V1ContainerState,
  V1ContainerStatus,
  V1EphemeralContainer,
} from '@kubernetes/client-node';
import type { Wire } from '../kube/kube-object.ts';
import type { ContainerObserved, EndObserved } from '../session/observed.ts';
import { observeProbes, readinessProbe } from './observe-probes.ts';

export type RawContainer = Wire<V1Container> | Wire<V1EphemeralContainer>;
export type RawContainerStatus = Wire<V1ContainerStatus>;
type State = Wire<V1ContainerState>;

/** What a session needs of a container as the API has it. Pure. @param status of the container of that name @param synced the instance that files were written into */
export function observeContainer(
  kind: ContainerObserved['kind'],
  container: RawContainer,
  status?: RawContainerStatus,
  synced?: string,
): ContainerObserved {
  const { state = {}, lastState = {} } = status ?? {};
  const containerId = logInstance(status);
  const exitCode = (state.terminated ?? lastState.terminated)?.exitCode;
  const named = namedPorts(container);
  return {
    name: container.name,
    kind,
    image: container.image ?? '',
    ...(containerId ? { containerId } : {}),
    state: state.running ? 'running' : state.terminated ? 'terminated' : 'waiting',
    ...whyContainer(state, lastState),
    ...(exitCode === undefined ? {} : { exitCode }),
    ...endOf(state.terminated ?? lastState.terminated),
    ...(state.running?.startedAt ? { startedAt: Date.parse(`${state.running.startedAt}`) } : {}),
    ...(containerId && synced === containerId ? { synced: true as const } : {}),
    ready: status?.ready ?? false,
    restarts: status?.restartCount ?? 0,
    ports: named,
    ...declared(container),
    ...readinessProbe(container, named, status?.started),
    ...observeProbes(container, named),
  };
}

/**
 * The instance whose log the kubelet serves, by its rule in validateContainerLogStatus (pkg/kubelet/kubelet_pods.go):
 * the running one, else the last that ended. One that never started has no log.
 */
function logInstance(status: RawContainerStatus | undefined): string | undefined {
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

function endOf(terminated: State['terminated']): { ended?: EndObserved } {
  if (!terminated?.containerID) return {};
  const { containerID: containerId, exitCode, reason, message, finishedAt } = terminated;
  return {
    ended: {
      ...{ containerId, exitCode },
      ...(reason ? { reason } : {}),
      ...(message ? { message: message.trim() } : {}),
      at: Date.parse(`${finishedAt}`) || 0,
    },
  };
}

function namedPorts({ ports }: RawContainer): Record<string, number> {
  return Object.fromEntries(
    (ports ?? []).flatMap(({ name, containerPort }) => (name ? [[name, containerPort]] : [])),
  );
}

/** What the manifest says of the container, where it says anything. */
function declared({
  ports = [],
  resources,
}: RawContainer): Pick<ContainerObserved, 'declared' | 'requests' | 'memoryLimit'> {
  const requests = Object.entries(resources?.requests ?? {});
  const memory = resources?.limits?.['memory'];
  return {
    ...(ports.length > 0 ? { declared: ports.map(({ containerPort }) => containerPort) } : {}),
    ...(requests.length > 0 ? { requests: Object.fromEntries(requests.map(([k, v]) => [k, `${v}`])) } : {}),
    ...(memory ? { memoryLimit: memory } : {}),
  };
}
