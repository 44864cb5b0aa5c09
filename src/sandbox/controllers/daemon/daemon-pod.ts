import { podFrom } from '../made-pods.ts';
import type { DaemonSet, Pod, PodTemplate } from '../objects.ts';

/** What pods of DaemonSets put up with (pkg/controller/daemon/util). */
const TOLERATIONS = [
  ...['not-ready', 'unreachable'].map((name) => [name, 'NoExecute']),
  ...['disk-pressure', 'memory-pressure', 'pid-pressure', 'unschedulable'].map((name) => [
    name,
    'NoSchedule',
  ]),
].map(([name, effect]) => ({ key: `node.kubernetes.io/${name}`, operator: 'Exists', effect }));

/** The pod of a DaemonSet for a node; only that one takes it. Pure. @param hash of the template */
export function daemonPod(set: DaemonSet, node: string, hash: string): object {
  const pod = podFrom(set.spec?.template, set, { labels: { 'controller-revision-hash': hash } });
  return { ...pod, spec: daemonSpec(set.spec?.template, node) };
}

/** Pure. */
export function daemonSpec(template: PodTemplate | undefined, node: string): NonNullable<Pod['spec']> {
  const { spec } = template ?? {};
  const terms =
    spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  const here = [{ key: 'metadata.name', operator: 'In', values: [node] }];
  const nodeSelectorTerms = (terms ?? [{}]).map((term) => ({ ...term, matchFields: here }));
  return {
    ...spec,
    affinity: {
      ...spec?.affinity,
      nodeAffinity: {
        ...spec?.affinity?.nodeAffinity,
        requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms },
      },
    },
    tolerations: [...(spec?.tolerations ?? []), ...TOLERATIONS],
  } as NonNullable<Pod['spec']>;
}

/** The node that a pod of a DaemonSet is on or is meant for. Pure. */
export function nodeOf({ spec }: Pod): string | undefined {
  const required = spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return spec?.nodeName ?? required?.nodeSelectorTerms?.[0]?.matchFields?.[0]?.values?.[0];
}
