import type { SessionEvent } from './events.ts';
import type { PodObserved, WarningObserved } from './observed.ts';
import { patch } from './patch.ts';
import { without } from './reduce-cluster.ts';
import type { LogTarget, PodState, SessionState } from './state.ts';

type Targets = SessionState['targets'];

/**
 * Pods and the log targets in them. A target stays until its last line was read, also when its pod is gone, so that
 * an update loses no line.
 */
export function reducePods(state: SessionState, event: SessionEvent): SessionState {
  switch (event.type) {
    case 'pod.observed': {
      const { pod } = event;
      const known = state.pods[podKey(pod)];
      const next = withNeglect(known, withAnswer(known, pod));
      const pods = { ...state.pods, [podKey(pod)]: { ...next, since: sinceOf(known, pod, event.at) } };
      return { ...state, pods, targets: pod.mine ? withTargets(state.targets, pod) : state.targets };
    }
    case 'pod.answered': {
      const pod = state.pods[podKey(event)];
      if (!pod || pod.ready || pod.uid !== event.uid || instancesOf(pod) !== event.instances) return state;
      const answered = { ...pod, ready: true, answered: true as const, answeredAt: event.at };
      return { ...state, pods: { ...state.pods, [podKey(event)]: answered } };
    }
    case 'warning.observed':
      return patch(state, { pods: withoutAnswer(state.pods, event.warning) });
    case 'pod.overlooked': {
      const pod = state.pods[podKey(event)];
      if (!pod || pod.uid !== event.uid || !waitsForPlace(pod)) return state;
      return { ...state, pods: { ...state.pods, [podKey(event)]: { ...pod, overlooked: true } } };
    }
    case 'pod.deleted': {
      const known = state.pods[podKey(event)];
      const pods = known?.uid === event.uid ? without(state.pods, podKey(event)) : state.pods;
      const targets = keep(state.targets, (target) => !(target.podUid === event.uid && target.ended));
      return patch(state, { pods, targets });
    }
    case 'logs.ended':
      return patch(state, { targets: ended(state, event.target) });
    default:
      return state;
  }
}

/** `podUID/containerID`: what tells one container instance from all others. */
export function targetId(podUid: string, containerId: string): string {
  return `${podUid}/${containerId}`;
}

/** Tells whether a pod runs the same container instances as before. */
export function instancesOf(pod: PodObserved): string {
  return pod.containers.map(({ containerId = '', state }) => `${containerId} ${state}`).join();
}

/** The kubelet says that a pod is ready up to two seconds late; until then what it answered to us stands. */
function withAnswer(known: PodState | undefined, pod: PodObserved): PodState {
  const stands = known?.answered && known.uid === pod.uid && instancesOf(known) === instancesOf(pod);
  if (!stands || pod.ready) return pod;
  const { answeredAt } = known;
  return { ...pod, ready: true, answered: true, ...(answeredAt === undefined ? {} : { answeredAt }) };
}

/** A probe of the kubelet that failed after a pod had answered to us: on a busy machine a refusal may come too late for us. */
function withoutAnswer(
  pods: SessionState['pods'],
  { about, uid, message, at }: WarningObserved,
): SessionState['pods'] {
  const key = about.replace(/^Pod\//, '');
  const pod = pods[key];
  if (!pod?.answered || pod.uid !== uid || at < (pod.answeredAt ?? 0)) return pods;
  if (!message.startsWith('Readiness probe')) return pods;
  const { answered: _, answeredAt: __, ...rest } = pod;
  return { ...pods, [key]: { ...rest, ready: false } };
}

/** Whether a pod waits for its scheduler or its volumes: both take a moment with every new pod. */
export function waitsForPlace({ scheduler, reason, claims }: PodObserved): boolean {
  return scheduler !== undefined || (reason === 'Unschedulable' && claims !== undefined && claims.length > 0);
}

function withNeglect(known: PodState | undefined, pod: PodState): PodState {
  const stands = known?.overlooked && known.uid === pod.uid && waitsForPlace(pod);
  return stands ? { ...pod, overlooked: true } : pod;
}

function sinceOf(known: PodState | undefined, pod: PodObserved, at: number): number {
  const same = known?.uid === pod.uid && instancesOf(known) === instancesOf(pod);
  return same ? (known.since ?? at) : at;
}

function podKey(pod: { readonly namespace: string; readonly name: string }): string {
  return `${pod.namespace}/${pod.name}`;
}

function withTargets(targets: Targets, pod: PodObserved): Targets {
  const seen = pod.containers.flatMap((container) => targetOf(pod, container) ?? []);
  const fresh = seen.filter((target) => !(target.id in targets));
  const current = new Set(seen.map((target) => target.id));
  const kept = keep(targets, (t) => t.podUid !== pod.uid || !t.ended || current.has(t.id));
  return fresh.length === 0 ? kept : { ...kept, ...Object.fromEntries(fresh.map((t) => [t.id, t])) };
}

function targetOf(pod: PodObserved, container: PodObserved['containers'][number]): LogTarget | undefined {
  const { containerId } = container;
  if (containerId === undefined) return undefined;
  return {
    id: targetId(pod.uid, containerId),
    namespace: pod.namespace,
    pod: pod.name,
    podUid: pod.uid,
    container: container.name,
    containerId,
    ...(pod.owner === undefined ? {} : { owner: pod.owner }),
    ended: false,
  };
}

function ended(state: SessionState, id: string): Targets {
  const target = state.targets[id];
  if (!target) return state.targets;
  return isCurrent(state, target)
    ? { ...state.targets, [id]: { ...target, ended: true } }
    : without(state.targets, id);
}

function isCurrent(state: SessionState, target: LogTarget): boolean {
  const pod = state.pods[`${target.namespace}/${target.pod}`];
  return pod?.uid === target.podUid && pod.containers.some((c) => c.containerId === target.containerId);
}

function keep(targets: Targets, wanted: (target: LogTarget) => boolean): Targets {
  const entries = Object.entries(targets);
  const kept = entries.filter(([, target]) => wanted(target));
  return kept.length === entries.length ? targets : Object.fromEntries(kept);
}
