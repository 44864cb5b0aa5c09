import type { PodObserved } from '../session/observed.ts';
import type { TellUsage } from './query.ts';

/** One workload, Service or pod by name. */
export interface WorkloadQuery {
  readonly kind: string;
  readonly name: string;
}

/** `deployment/web` and the like, with stern's short names. Pure. */
export function parseWorkload(text: string, usage: TellUsage): WorkloadQuery {
  const [word = '', name = '', ...more] = text.split('/');
  const kind = kinds[word.toLowerCase()];
  if (name === '' || more.length > 0) {
    usage(
      `"${text}" is not of the form kind/name.`,
      'For example deployment/web, or web for every pod with "web" in its name.',
    );
  } else if (kind === undefined) {
    usage(
      `"${word}" in "${text}" is no kind whose pods are known.`,
      `Known are: ${[...new Set(Object.values(kinds))].join(', ')}.`,
    );
  }
  return { kind: kind ?? '', name };
}

/** Whether the pod is one of the workload's. @param selector of the Service, when the query names one. Pure. */
export function isPodOf(
  { kind, name }: WorkloadQuery,
  pod: PodObserved,
  selector?: Readonly<Record<string, string>>,
): boolean {
  if (kind === 'Pod') return pod.name === name;
  if (kind === 'Service') {
    const wanted = Object.entries(selector ?? {});
    return wanted.length > 0 && wanted.every(([key, value]) => pod.labels[key] === value);
  }
  if (pod.owner === `${kind}/${pod.namespace}/${name}`) return true;
  return kind === 'ReplicaSet' && replicaSetOf(pod) === `${pod.namespace}/${name}`;
}

/** An owner that is a Deployment stands for its ReplicaSets, which it names after itself and the pod template. */
function replicaSetOf({ owner, labels }: PodObserved): string | undefined {
  const [kind, namespace, name] = owner?.split('/') ?? [];
  return kind === 'Deployment' ? `${namespace}/${name}-${labels['pod-template-hash']}` : undefined;
}

const kinds: Readonly<Record<string, string>> = {
  ...named('Pod', 'pod', 'pods', 'po'),
  ...named('Deployment', 'deployment', 'deployments', 'deploy'),
  ...named('StatefulSet', 'statefulset', 'statefulsets', 'sts'),
  ...named('DaemonSet', 'daemonset', 'daemonsets', 'ds'),
  ...named('ReplicaSet', 'replicaset', 'replicasets', 'rs'),
  ...named('ReplicationController', 'replicationcontroller', 'replicationcontrollers', 'rc'),
  ...named('Job', 'job', 'jobs'),
  ...named('Service', 'service', 'services', 'svc'),
};

function named(kind: string, ...words: readonly string[]): Record<string, string> {
  return Object.fromEntries(words.map((word) => [word, kind]));
}
