import { podWarnings } from '../diagnosis/warnings.ts';
import type { ContainerObserved } from '../session/observed.ts';
import type { PodState, SessionState } from '../session/state.ts';

/** ms in which a program that answers its readiness probe badly may still be starting. */
const ANSWERS = 10_000;
/** ms of one that does not answer at all: a large runtime that starts looks like this for longer. */
const SILENT = 30_000;

/**
 * Whether pods whose probe fails as often as it may are not merely starting: the kubelet ended the container for it, or
 * it has run for long. While a startup probe fails, its own patience is what counts. Pure.
 */
export function isProbeFinal(state: SessionState, pods: readonly PodState[], now: number): boolean {
  return pods.some(
    (pod) =>
      !pod.ready &&
      pod.containers.some((container) => !container.ready && isFinal(state, pod, container, now)),
  );
}

function isFinal(
  state: SessionState,
  pod: PodState,
  { name, kind, state: now, startedAt, exitCode }: ContainerObserved,
  at: number,
): boolean {
  if (now !== 'running') return kind !== 'init' && (exitCode ?? 0) !== 0;
  if (startedAt === undefined) return false;
  const newest = podWarnings(state, pod).find(
    ({ container, message }) => container === name && /^(readiness|startup) probe/i.test(message),
  );
  if (!newest || /^startup/i.test(newest.message)) return false;
  return at - startedAt >= (isSilent(newest.message) ? SILENT : ANSWERS);
}

/** The texts are those of pkg/probe in Kubernetes and of Go's network packages. */
function isSilent(message: string): boolean {
  return /connection refused|deadline exceeded|i\/o timeout|Client\.Timeout|timed out|no route/.test(message);
}
