import { type Failure, RockpoolError } from '../session/failure.ts';
import type { PodObserved, ResourceKey } from '../session/observed.ts';

export interface PodWithAnnotations {
  readonly pod: PodObserved;
  readonly annotations: Readonly<Record<string, string>>;
}

/** kubectl's (k8s.io/kubectl pkg/cmd/util/podcmd). */
const DEFAULT_CONTAINER = 'kubectl.kubernetes.io/default-container';

/**
 * Where a command on a workload is run: in its newest ready pod, else its newest one that runs; in the container that is
 * asked for, else the default one as kubectl has it. Throws a RockpoolError: NO_POD, CONTAINER_UNKNOWN. Pure.
 */
export function chooseContainer(
  key: ResourceKey,
  pods: readonly PodWithAnnotations[],
  wanted: string | undefined,
): { readonly pod: PodObserved; readonly container: string } {
  const own = pods.filter(
    ({ pod }) => !pod.deleting && (pod.owner ?? `Pod/${pod.namespace}/${pod.name}`) === key,
  );
  const running = own.filter(({ pod }) => pod.phase === 'Running');
  const [chosen] = running.toSorted(
    (a, b) => Number(b.pod.ready) - Number(a.pod.ready) || b.pod.createdAt - a.pod.createdAt,
  );
  if (!chosen) throw new RockpoolError(noPod(key, own.length));
  const { pod, annotations } = chosen;
  const names = pod.containers
    .filter(({ kind }) => kind !== 'init' || wanted !== undefined)
    .map(({ name }) => name);
  const marked = annotations[DEFAULT_CONTAINER];
  const container = wanted ?? (marked !== undefined && names.includes(marked) ? marked : names[0]);
  if (container === undefined || !names.includes(container)) {
    throw new RockpoolError(unknown(pod.name, container ?? '', names), { exitCode: 2 });
  }
  return { pod, container };
}

function noPod(key: ResourceKey, count: number): Failure {
  const message = count === 0 ? `${key} has no pod.` : `No pod of ${key} runs.`;
  return {
    code: 'NO_POD',
    subject: key,
    message,
    hint: '`rockpool status` says what keeps it from running.',
  };
}

function unknown(pod: string, container: string, names: readonly string[]): Failure {
  return {
    code: 'CONTAINER_UNKNOWN',
    subject: pod,
    message: `Pod ${pod} has no container "${container}".`,
    hint: `It has: ${names.join(', ')}.`,
  };
}
