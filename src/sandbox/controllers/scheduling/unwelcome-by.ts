import { meets } from '../fits-selector.ts';
import type { Node, Pod } from '../objects.ts';

/** Why a node is not for a pod, however much room it has: it is closed, tainted, or not among those it asks for. Pure. */
export function unwelcomeBy(pod: Pick<Pod, 'spec'>, node: Node): string | undefined {
  const cordon = { key: 'node.kubernetes.io/unschedulable', value: '', effect: 'NoSchedule' };
  if (node.spec?.unschedulable && !tolerates(pod, cordon)) return 'node(s) were unschedulable';
  const taint = (node.spec?.taints ?? []).find(
    ({ key, value = '', effect }) => effect !== 'PreferNoSchedule' && !tolerates(pod, { key, value, effect }),
  );
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
  if (!wanted.every(([key, value]) => labels[key] === value)) return false;
  const required = spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  const terms = required?.nodeSelectorTerms;
  if (!terms) return true;
  return terms.some(
    ({ matchExpressions = [], matchFields = [] }) =>
      matchExpressions.every((term) => meets(term, labels[term.key])) &&
      matchFields.every((term) => meets(term, metadata.name)),
  );
}
