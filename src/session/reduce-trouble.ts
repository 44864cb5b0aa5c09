import type { SessionEvent } from './events.ts';
import type { PodObserved, ResourceKey, WarningObserved } from './observed.ts';
import { patch } from './patch.ts';
import { without } from './reduce-cluster.ts';
import type { SessionState } from './state.ts';

/** What explains failures: nodes, warnings, last words of crashed containers, ports that nobody listens on. */
export function reduceTrouble(state: SessionState, event: SessionEvent): SessionState {
  switch (event.type) {
    case 'node.observed':
      return { ...state, nodes: { ...state.nodes, [event.node.name]: event.node } };
    case 'node.deleted':
      return patch(state, { nodes: without(state.nodes, event.name) });
    case 'warning.observed':
      return { ...state, warnings: withWarning(state.warnings, event.warning) };
    case 'quota.observed': {
      const { namespace, name, hard } = event.quota;
      return { ...state, quotas: withLast(state.quotas, `${namespace}/${name}`, { hard }, QUOTAS) };
    }
    case 'quota.deleted': {
      const { namespace, name } = event;
      return { ...state, quotas: withLast(state.quotas, `${namespace}/${name}`, {}, QUOTAS) };
    }
    case 'crash.late':
      return { ...state, lateWords: withLast(state.lateWords, event.target, true as const, CRASHES) };
    case 'crash.read':
      return { ...state, crashes: withLast(state.crashes, event.target, event.lines, CRASHES) };
    case 'port.refused': {
      const { forward, namespace, pod, uid, port, message } = event;
      const refused = { forward, namespace, pod, uid, port, message };
      return { ...state, refusedPorts: withLast(state.refusedPorts, `${uid}:${port}`, refused, PORTS) };
    }
    case 'port.answered':
      return patch(state, { refusedPorts: without(state.refusedPorts, `${event.uid}:${event.port}`) });
    case 'pod.observed':
      return patch(state, { warnings: withoutRefusals(state.warnings, event.pod) });
    case 'pod.deleted':
      return withoutPod(state, event);
    case 'workload.deleted':
      return patch(state, { warnings: without(state.warnings, event.key) });
    default:
      return state;
  }
}

/** Bounds of what is remembered: objects with warnings, warnings of each, instances with last words, ports, quotas. */
const OBJECTS = 300;
const WARNINGS = 8;
const CRASHES = 100;
const PORTS = 100;
const QUOTAS = 100;

/** The same words about the same part of an object are one warning that comes again. */
function withWarning(warnings: SessionState['warnings'], warning: WarningObserved): SessionState['warnings'] {
  const known = warnings[warning.about] ?? [];
  const others = known.filter((other) => other.uid === warning.uid && !isSame(other, warning));
  const newest = [...others, warning].toSorted((a, b) => a.at - b.at).slice(-WARNINGS);
  return withLast(warnings, warning.about, newest, OBJECTS);
}

/** Names that are made for each attempt do not make a warning another one. */
function isSame(a: WarningObserved, b: WarningObserved): boolean {
  const words = ({ reason, container = '', message }: WarningObserved) =>
    `${reason} ${container} ${message.replace(/pods? "[^"]*"/g, 'pod').replace(/^\(combined from .*?\): /, '')}`;
  return words(a) === words(b);
}

/** The record with one entry put last, without its oldest ones. */
function withLast<T>(
  record: Readonly<Record<string, T>>,
  key: string,
  value: T,
  most: number,
): Readonly<Record<string, T>> {
  const entries: [string, T][] = [...Object.entries(without(record, key)), [key, value]];
  return Object.fromEntries(entries.slice(-most));
}

/** That pods of a workload could not be made is over when one was made later. */
function withoutRefusals(warnings: SessionState['warnings'], pod: PodObserved): SessionState['warnings'] {
  const set = `ReplicaSet/${pod.namespace}/${pod.name.replace(/-[^-]*$/, '')}`;
  const isOver = ({ reason, at }: WarningObserved) => reason === 'FailedCreate' && at < pod.createdAt;
  const left = [pod.owner ?? '', set].flatMap((about): [string, readonly WarningObserved[]][] => {
    const known = warnings[about] ?? [];
    return known.some(isOver) ? [[about, known.filter((warning) => !isOver(warning))]] : [];
  });
  return left.length === 0 ? warnings : { ...warnings, ...Object.fromEntries(left) };
}

function withoutPod(
  state: SessionState,
  { namespace, name, uid }: { readonly namespace: string; readonly name: string; readonly uid: string },
): SessionState {
  const about: ResourceKey = `Pod/${namespace}/${name}`;
  const isOfPod = state.warnings[about]?.some((warning) => warning.uid === uid);
  return patch(state, {
    warnings: isOfPod ? without(state.warnings, about) : state.warnings,
    crashes: withoutStart(state.crashes, `${uid}/`),
    lateWords: withoutStart(state.lateWords, `${uid}/`),
    refusedPorts: withoutStart(state.refusedPorts, `${uid}:`),
  });
}

function withoutStart<T>(record: Readonly<Record<string, T>>, start: string): Readonly<Record<string, T>> {
  const entries = Object.entries(record);
  const kept = entries.filter(([key]) => !key.startsWith(start));
  return kept.length === entries.length ? record : Object.fromEntries(kept);
}
