import type { DaemonSet, Node, Pod } from '../objects.ts';
import { isActive, isAvailable, isReady } from '../pod-state.ts';
import { unwelcomeBy } from '../scheduling/unwelcome-by.ts';
import { shareOf } from '../share-of.ts';
import { daemonSpec, nodeOf } from './daemon-pod.ts';

/** What is to be done for a DaemonSet now; more may follow from it. */
export interface DaemonSteps {
  /** names of the nodes that get a pod */
  readonly create: readonly string[];
  readonly remove: readonly Pod[];
  /** ended by themselves: they are made again */
  readonly failed: readonly Pod[];
}

export interface DaemonState {
  readonly nodes: readonly Node[];
  readonly pods: readonly Pod[];
  /** of the template as it is now */
  readonly hash: string;
  /** ms since the epoch */
  readonly now: number;
}

/** The rules of pkg/controller/daemon. Pure. */
export function nextSteps(set: DaemonSet, state: DaemonState): DaemonSteps {
  const chosen = new Set(chosenNodes(set, state.nodes));
  const failed = state.pods.filter((pod) => hasFailed(pod));
  const active = state.pods.filter(isActive);
  const astray = active.filter((pod) => !chosen.has(nodeOf(pod) ?? ''));
  const on = (node: string) => state.pods.filter((pod) => nodeOf(pod) === node && !failed.includes(pod));
  const empty = [...chosen].filter((node) => on(node).length === 0);
  if (set.spec?.updateStrategy?.type === 'OnDelete') return { create: empty, remove: astray, failed };
  const replaced = replacements(set, state, [...chosen]);
  return { create: [...empty, ...replaced.create], remove: [...astray, ...replaced.remove], failed };
}

/** The names of the nodes that are to have a pod. Pure. */
function chosenNodes(set: DaemonSet, nodes: readonly Node[]): readonly string[] {
  return nodes
    .filter(
      (node) => unwelcomeBy({ spec: daemonSpec(set.spec?.template, node.metadata.name) }, node) === undefined,
    )
    .map(({ metadata }) => metadata.name);
}

/** Old pods go as far as enough nodes stay served, or once a new one beside them serves (maxSurge). */
function replacements(
  set: DaemonSet,
  { pods, hash, now }: DaemonState,
  chosen: readonly string[],
): Pick<DaemonSteps, 'create' | 'remove'> {
  const { maxSurge = 0, maxUnavailable = 1 } = set.spec?.updateStrategy?.rollingUpdate ?? {};
  const { minReadySeconds } = set.spec ?? {};
  const works = (pod: Pod) => isAvailable(pod, minReadySeconds, now);
  const places = chosen.map((node) => {
    const here = pods.filter((pod) => isActive(pod) && nodeOf(pod) === node);
    const fresh = here.find((pod) => isOf(pod, hash));
    return { node, fresh, old: here.filter((pod) => !isOf(pod, hash)), isServed: here.some(works) };
  });
  const outdated = places.filter(({ old }) => old.length > 0);
  const surge = Math.ceil(shareOf(maxSurge, chosen.length));
  if (surge > 0) {
    const create = outdated.filter(({ fresh }) => !fresh).slice(0, surge);
    const done = outdated.filter(({ fresh, old }) => (fresh && works(fresh)) || !old.some(works));
    return { create: create.map(({ node }) => node), remove: done.flatMap(({ old }) => old) };
  }
  const broken = outdated.filter(({ isServed }) => !isServed);
  const missing = places.filter(({ isServed }) => !isServed).length;
  const most = Math.max(1, Math.ceil(shareOf(maxUnavailable, chosen.length))) - missing;
  const served = outdated.filter(({ isServed }) => isServed).slice(0, Math.max(0, most));
  return { create: [], remove: [...broken, ...served].flatMap(({ old }) => old) };
}

/** Pure. */
export function daemonStatus(
  set: DaemonSet,
  { nodes, pods, hash, now }: DaemonState,
): NonNullable<DaemonSet['status']> {
  const chosen = chosenNodes(set, nodes);
  const active = pods.filter(isActive);
  const nodesWith = (test: (pod: Pod) => boolean) =>
    chosen.filter((node) => active.some((pod) => nodeOf(pod) === node && test(pod))).length;
  const available = nodesWith((pod) => isAvailable(pod, set.spec?.minReadySeconds, now));
  const counts = {
    numberAvailable: available,
    numberUnavailable: chosen.length - available,
    updatedNumberScheduled: nodesWith((pod) => isOf(pod, hash)),
  };
  return {
    currentNumberScheduled: nodesWith(() => true),
    desiredNumberScheduled: chosen.length,
    numberMisscheduled: active.filter((pod) => !chosen.includes(nodeOf(pod) ?? '')).length,
    numberReady: nodesWith(isReady),
    observedGeneration: set.metadata.generation ?? 1,
    ...Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)),
  };
}

function hasFailed(pod: Pod): boolean {
  const { phase } = pod.status ?? {};
  return (phase === 'Failed' || phase === 'Succeeded') && pod.metadata.deletionTimestamp === undefined;
}

function isOf({ metadata }: Pod, hash: string): boolean {
  return metadata.labels?.['controller-revision-hash'] === hash;
}
