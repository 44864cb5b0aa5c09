import type { V1ContainerStatus, V1Pod } from '@kubernetes/client-node';
import type { Wire } from '../../../kube/kube-object.ts';

type Pod = Wire<V1Pod>;
type Status = Wire<V1ContainerStatus>;

/** What `kubectl get pods` says of a pod. The rules are those of printPod in pkg/printers/internalversion/printers.go. Pure. */
export function podWords(pod: Pod): {
  readonly ready: string;
  readonly status: string;
  readonly restarts: number;
  readonly lastRestart?: string;
} {
  const { status = {}, spec, metadata } = pod;
  const containers = status.containerStatuses ?? [];
  const inits = status.initContainerStatuses ?? [];
  const initWords = initStatus(inits, spec?.initContainers?.length ?? 0);
  const isStarting = initWords !== undefined;
  const counted = isStarting ? inits : containers;
  const restarts = counted.reduce((sum, { restartCount }) => sum + restartCount, 0);
  const lastRestart = counted
    .flatMap(({ lastState }) =>
      lastState?.terminated?.finishedAt ? [String(lastState.terminated.finishedAt)] : [],
    )
    .toSorted()
    .at(-1);
  const words = initWords ?? containerWords(containers, status.reason ?? status.phase ?? 'Unknown', pod);
  return {
    ready: `${containers.filter(({ ready, state }) => ready && state?.running).length}/${spec?.containers.length ?? 0}`,
    status: metadata?.deletionTimestamp ? (status.reason === 'NodeLost' ? 'Unknown' : 'Terminating') : words,
    restarts,
    ...(restarts > 0 && lastRestart !== undefined ? { lastRestart } : {}),
  };
}

function initStatus(inits: readonly Status[], total: number): string | undefined {
  for (const [index, { state, ready, started }] of inits.entries()) {
    const { terminated, waiting } = state ?? {};
    if (terminated?.exitCode === 0 || (started && ready)) continue;
    if (terminated) return `Init:${terminated.reason ?? endWords(terminated)}`;
    if (waiting?.reason && waiting.reason !== 'PodInitializing') return `Init:${waiting.reason}`;
    return `Init:${index}/${total}`;
  }
  return undefined;
}

function containerWords(containers: readonly Status[], start: string, { status }: Pod): string {
  let words = start;
  let runs = false;
  for (const { state, ready } of containers.toReversed()) {
    const { waiting, terminated, running } = state ?? {};
    if (waiting?.reason) words = waiting.reason;
    else if (terminated) words = terminated.reason || endWords(terminated);
    else if (running && ready) runs = true;
  }
  if (words !== 'Completed' || !runs) return words;
  const isReady = status?.conditions?.some(({ type, status: is }) => type === 'Ready' && is === 'True');
  return isReady ? 'Running' : 'NotReady';
}

function endWords({ exitCode, signal }: { readonly exitCode: number; readonly signal?: number }): string {
  return signal ? `Signal:${signal}` : `ExitCode:${exitCode}`;
}
