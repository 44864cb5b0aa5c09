import { meets } from '../fits-selector.ts';
import type { Node, PersistentVolumeClaim, Pod } from '../objects.ts';
import { isFinished } from '../pod-state.ts';
import { quantity } from './quantity.ts';

/** What bears on where a pod may run. */
export interface Surroundings {
  /** the one node, when it is there */
  readonly node: Node | undefined;
  /** of all namespaces */
  readonly pods: readonly Pod[];
  /** of the pod's namespace */
  readonly claims: readonly PersistentVolumeClaim[];
}

/**
 * Why the node does not take a pod, as the scheduler of Kubernetes 1.36 says it; undefined when it does. The texts are those
 * of pkg/scheduler/framework/plugins, as a real cluster of one node told them. Pure.
 */
export function refusalOf(pod: Pod, { node, pods, claims }: Surroundings): string | undefined {
  if (!node) return 'no nodes available to schedule pods';
  const volumes = refusedVolumes(pod, claims);
  if (volumes !== undefined) return `0/1 nodes are available: ${volumes}. not found`;
  const reasons = nodeReasons(pod, node, pods);
  if (reasons.length === 0) return undefined;
  const list = reasons.map((reason) => `1 ${reason}`).join(', ');
  return `0/1 nodes are available: ${list}. no new claims to deallocate, preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.`;
}

function refusedVolumes({ spec }: Pod, claims: readonly PersistentVolumeClaim[]): string | undefined {
  const names = (spec?.volumes ?? []).flatMap(({ persistentVolumeClaim: claim }) => claim?.claimName ?? []);
  const found = names.map((name) => claims.find(({ metadata }) => metadata.name === name));
  const missing = found.indexOf(undefined);
  if (missing >= 0) return `persistentvolumeclaim "${names[missing]}" not found`;
  const going = found.find((claim) => claim?.metadata.deletionTimestamp !== undefined);
  if (going) return `persistentvolumeclaim "${going.metadata.name}" is being deleted`;
  return found.every((claim) => claim?.status?.phase === 'Bound')
    ? undefined
    : 'pod has unbound immediate PersistentVolumeClaims';
}

/** The first of the scheduler's filters that keeps it away; the last of them names each resource that is short. */
function nodeReasons(pod: Pod, node: Node, pods: readonly Pod[]): readonly string[] {
  const unwelcome = unwelcomeBy(pod, node);
  return unwelcome === undefined ? shortOf(pod, node, pods) : [unwelcome];
}

/** Why a node is not for a pod, however much room it has. Pure. */
export function unwelcomeBy(pod: Pick<Pod, 'spec'>, node: Node): string | undefined {
  const taint = (node.spec?.taints ?? []).find(
    ({ key, value = '', effect }) => effect !== 'PreferNoSchedule' && !tolerates(pod, { key, value, effect }),
  );
  const cordon = { key: 'node.kubernetes.io/unschedulable', value: '', effect: 'NoSchedule' };
  if (node.spec?.unschedulable && !tolerates(pod, cordon)) return 'node(s) were unschedulable';
  if (taint) return 'node(s) had untolerated taint(s)';
  return isChosen(pod, node) ? undefined : `node(s) didn't match Pod's node affinity/selector`;
}

interface Taint {
  readonly key: string;
  readonly value: string;
  readonly effect: string;
}

function tolerates({ spec }: Pick<Pod, 'spec'>, { key, value, effect }: Taint): boolean {
  return (spec?.tolerations ?? []).some(
    (toleration) =>
      (toleration.key === undefined || toleration.key === '' || toleration.key === key) &&
      (!toleration.effect || toleration.effect === effect) &&
      (toleration.operator === 'Exists' || (toleration.value ?? '') === value),
  );
}

function isChosen({ spec }: Pick<Pod, 'spec'>, { metadata }: Node): boolean {
  const labels = metadata.labels ?? {};
  const wanted = Object.entries(spec?.nodeSelector ?? {});
  const required = spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  const terms = required?.nodeSelectorTerms;
  return (
    wanted.every(([key, value]) => labels[key] === value) &&
    (terms?.some(
      ({ matchExpressions = [], matchFields = [] }) =>
        matchExpressions.every((term) => meets(term, labels[term.key])) &&
        matchFields.every((term) => meets(term, metadata.name)),
    ) ??
      true)
  );
}

function shortOf(pod: Pod, { status }: Node, pods: readonly Pod[]): readonly string[] {
  const here = pods.filter((other) => other.spec?.nodeName !== undefined && !isFinished(other));
  const most = quantity(status?.allocatable?.pods ?? Number.POSITIVE_INFINITY) ?? Number.POSITIVE_INFINITY;
  const short = ['cpu', 'memory'].filter((resource) => {
    const has = quantity(status?.allocatable?.[resource] ?? '');
    const asked = requested(pod, resource);
    const taken = here.reduce((sum, other) => sum + requested(other, resource), 0);
    return has !== undefined && asked > 0 && taken + asked > has;
  });
  return [
    ...(here.length >= most ? ['Too many pods'] : []),
    ...short.map((resource) => `Insufficient ${resource}`),
  ];
}

/** All of its containers together, or the largest of those that run before them. */
function requested({ spec }: Pod, resource: string): number {
  const of = ({ resources }: NonNullable<Pod['spec']>['containers'][number]): number =>
    quantity(resources?.requests?.[resource] ?? resources?.limits?.[resource] ?? 0) ?? 0;
  const before = (spec?.initContainers ?? []).map(of);
  const together = (spec?.containers ?? []).reduce((sum, container) => sum + of(container), 0);
  return Math.max(together, ...before);
}
