import { type Effect, type Hold, nothing, type Part } from './effect.ts';
import type { ForwardSpec } from './events.ts';
import type { PodObserved } from './observed.ts';
import { instancesOf } from './reduce-pods.ts';
import type { SessionState } from './state.ts';

/** How many logs are read at once; more wait, so that a crowd of pods does not starve the session. */
const LOG_STREAMS = 100;

/** What lives as long as the session: watches of the cluster, forwards, logs. */
export function planLive(state: SessionState): Part {
  const { current } = state.config;
  if (!current) return nothing;
  const observe = ['', ...namespacesOf(state, current.namespaces)].map(
    (namespace): Effect => ({
      type: 'observe',
      key: `observe:${namespace || 'cluster'}`,
      lane: `observe:${namespace || 'cluster'}`,
      namespace,
    }),
  );
  const forwards = Object.values(state.forwards)
    .filter((forward) => !forward.failure)
    .map(({ spec }): Effect => ({ type: 'forward', ...forwardKeys(spec), spec }));
  const targets = Object.values(state.targets).filter((target) => !target.ended);
  const logs = targets.slice(0, LOG_STREAMS).map(
    (target): Effect => ({
      type: 'followLogs',
      key: `logs:${target.id}`,
      lane: `logs:${target.id}`,
      target,
    }),
  );
  const waiting = targets.slice(LOG_STREAMS).map(
    (t): Hold => ({
      type: 'log-streams',
      what: `${t.pod}/${t.container}`,
      reason: 'waiting for a log stream',
    }),
  );
  return { effects: [...observe, ...forwards, ...planProbes(state), ...logs], holds: waiting };
}

/**
 * Pods that run but are not said to be ready: the kubelet tells it up to two seconds late, so that forwards would stay
 * with the old pod that long. Only where rockpool can ask the very probes that the kubelet asks.
 */
function planProbes(state: SessionState): Effect[] {
  if (Object.keys(state.forwards).length === 0) return [];
  return Object.values(state.pods)
    .filter((pod) => pod.mine && pod.phase === 'Running' && !pod.ready && !pod.deleting)
    .filter((pod) => pod.containers.filter(({ kind }) => kind === 'app').every(isAskable))
    .map((pod) => ({
      type: 'probe',
      key: `probe:${pod.uid}/${instancesOf(pod)}`,
      lane: `probe:${pod.uid}`,
      pod,
    }));
}

function isAskable({ ready, state, probe }: PodObserved['containers'][number]): boolean {
  return ready || (state === 'running' && probe !== undefined);
}

/** The session's own namespaces and those that its manifests name. */
function namespacesOf(state: SessionState, own: readonly string[]): string[] {
  const used = Object.keys(state.resources).map((key) => key.split('/')[1] ?? '');
  return [...new Set([...own, ...used.filter((namespace) => namespace !== '')])];
}

/** A forward whose target or local port was edited is another one; it may have the local port once the old one let go. */
function forwardKeys({ id, namespace, local }: ForwardSpec): Pick<Effect, 'key' | 'lane'> {
  const key = `forward:${namespace}/${id}:${local}`;
  return { key, lane: local === 'auto' ? key : `port:${local}` };
}
