import { fitsSelector, type LabelSelector } from '../fits-selector.ts';
import type { Node, Pod } from '../objects.ts';
import type { Obstacle } from './obstacle.ts';

/** What a pod has against the others on a node, or they against it. Pure. @param here the pods that run on it */
export function neighbours(node: Node, pod: Pod, here: readonly Pod[]): Obstacle | undefined {
  const { podAffinity, podAntiAffinity } = pod.spec?.affinity ?? {};
  const spread = (pod.spec?.topologySpreadConstraints ?? []).some(
    ({ whenUnsatisfiable, topologyKey }) =>
      whenUnsatisfiable !== 'ScheduleAnyway' && !hasLabel(node, topologyKey),
  );
  if (spread) return own("node(s) didn't match pod topology spread constraints (missing required label)");
  const wanted = podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
  const isMet = (term: Term): boolean =>
    hasLabel(node, term.topologyKey) && [...here, pod].some((other) => isMeant(term, pod, other));
  if (!wanted.every(isMet)) return own(`node(s) didn't match pod affinity rules`);
  const shunned = (of: Pod, other: Pod): boolean =>
    (of.spec?.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []).some(
      (term) => hasLabel(node, term.topologyKey) && isMeant(term, of, other),
    );
  if (podAntiAffinity && here.some((other) => shunned(pod, other)))
    return ofOthers(`node(s) didn't match pod anti-affinity rules`);
  if (here.some((other) => shunned(other, pod)))
    return ofOthers(`node(s) didn't satisfy existing pods anti-affinity rules`);
  return undefined;
}

/** Ports of the node that a pod wants and another has. Pure. @param here the pods that run on it */
export function takenPorts(pod: Pod, here: readonly Pod[]): Obstacle | undefined {
  const taken = new Set(here.flatMap(hostPorts));
  const isTaken = hostPorts(pod).some((port) => taken.has(port));
  return isTaken ? ofOthers(`node(s) didn't have free ports for the requested pod ports`) : undefined;
}

function hostPorts({ spec }: Pod): readonly string[] {
  const ports = (spec?.containers ?? []).flatMap(({ ports: of = [] }) => of);
  return ports.flatMap(({ hostPort, protocol = 'TCP' }) => (hostPort ? [`${protocol}/${hostPort}`] : []));
}

interface Term {
  readonly topologyKey: string;
  readonly labelSelector?: LabelSelector;
  readonly namespaces?: readonly string[];
  readonly namespaceSelector?: object;
}

/** Whether a term of a pod is about another one. */
function isMeant(
  { labelSelector, namespaces, namespaceSelector }: Term,
  of: Pod,
  { metadata }: Pod,
): boolean {
  const isThere =
    namespaceSelector !== undefined ||
    (namespaces ?? [of.metadata.namespace]).includes(metadata.namespace ?? '');
  return isThere && fitsSelector(labelSelector, metadata.labels);
}

function hasLabel({ metadata }: Node, key: string): boolean {
  return metadata.labels?.[key] !== undefined;
}

const own = (reason: string): Obstacle => ({ reason, isOfOthers: false });
const ofOthers = (reason: string): Obstacle => ({ reason, isOfOthers: true });
