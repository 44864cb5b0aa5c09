import type { ContainerObserved, PodObserved, WarningObserved } from '../session/observed.ts';
import { containerName, type Trouble } from './trouble.ts';

type ProbeKind = 'readiness' | 'liveness' | 'startup';

/**
 * A container that runs and whose readiness or startup probe goes on failing: as often as the kubelet takes for a
 * failure, since a program that starts fails some. Pure.
 */
export function probeTrouble(
  pod: PodObserved,
  container: ContainerObserved,
  warnings: readonly WarningObserved[],
): Trouble | undefined {
  if (container.state !== 'running' || container.ready || pod.ready) return undefined;
  for (const kind of ['startup', 'readiness'] as const) {
    const failed = failedProbes(kind, container, warnings);
    const threshold = Math.min(MOST_FAILURES, container.probes?.[kind]?.threshold ?? 1);
    const [newest] = failed;
    const isOld = newest && newest.at + SECOND < (container.startedAt ?? 0);
    if (!newest || isOld || isStarting(kind, container, newest) || sumOf(failed) < threshold) continue;
    const { words, asked } = answer(kind, container, newest);
    return {
      code: 'PROBE_FAILED',
      words: `${kind} probe fails: ${words}`,
      message: `The ${containerName(pod, container)} runs but is not ready: its ${kind} probe${asked} fails: ${words}.`,
      hint: hints[kind],
      due: [`${kind}:${container.name}`, `container:${container.name}`],
    };
  }
  return undefined;
}

/** The probe for which the kubelet ended a container that would have gone on. Pure. */
export function killerProbe(
  pod: PodObserved,
  container: ContainerObserved,
  warnings: readonly WarningObserved[],
): Trouble | undefined {
  if (container.exitCode !== 137 && container.exitCode !== 143) return undefined;
  for (const kind of ['liveness', 'startup'] as const) {
    const [newest] = failedProbes(kind, container, warnings);
    if (!newest) continue;
    const { words, asked } = answer(kind, container, newest);
    return {
      code: 'PROBE_FAILED',
      words: `ended: ${kind} probe fails`,
      message: `The ${containerName(pod, container)} is ended and started again by the kubelet, because its ${kind} probe${asked} fails: ${words}.`,
      hint: hints[kind],
      due: [`${kind}:${container.name}`, `container:${container.name}`],
    };
  }
  return undefined;
}

/** ms in which a program that starts is not ready, and that is no failure, however impatient its probe. */
const STARTING = 3000;

/** ms that a program gets which runs and answers by itself that it is not ready yet: it waits for another one. */
const WAITING = 10_000;

/** A startup probe has its own patience. */
function isStarting(
  kind: ProbeKind,
  { startedAt }: ContainerObserved,
  { at, message }: WarningObserved,
): boolean {
  const patience = /statuscode: 503/.test(message) ? WAITING : STARTING;
  return kind === 'readiness' && startedAt !== undefined && at < startedAt + patience;
}

/** Kubelets hold events back after some 25 of one object: no threshold may need more. */
const MOST_FAILURES = 10;
/** Event times are whole seconds. */
const SECOND = 1000;

const hints: Readonly<Record<ProbeKind, string>> = {
  readiness: 'Let the program answer it well, or change readinessProbe in the manifest.',
  liveness:
    'Let the program answer it well, give it more time (initialDelaySeconds, a startupProbe), or change livenessProbe.',
  startup: 'Let the program answer it in time, or raise failureThreshold of startupProbe.',
};

/** Newest first. */
function failedProbes(
  kind: ProbeKind,
  { name }: ContainerObserved,
  warnings: readonly WarningObserved[],
): readonly WarningObserved[] {
  return warnings.filter(
    ({ reason, container, message }) =>
      /^(Unhealthy|ProbeError|ProbeWarning)$/.test(reason) &&
      container === name &&
      message.toLowerCase().startsWith(`${kind} probe`),
  );
}

function sumOf(warnings: readonly WarningObserved[]): number {
  return warnings.reduce((sum, { count }) => sum + count, 0);
}

/** What was asked and what came back. */
function answer(kind: ProbeKind, { probes }: ContainerObserved, { message }: WarningObserved) {
  const asks = probes?.[kind]?.asks;
  const text = message.replace(/^\w+ probe (failed|errored)[^:]*:\s*/, '').trim();
  return { words: answerWords(text), asked: asks === undefined ? '' : ` (${asks})` };
}

/** The texts are those of pkg/probe in Kubernetes and of Go's HTTP client. */
function answerWords(text: string): string {
  const status = /statuscode: (\d+)/.exec(text)?.[1];
  if (status !== undefined) return `it was answered with status ${status}`;
  if (/connection refused/.test(text)) return 'connection refused, nobody listens there';
  if (/context deadline exceeded|i\/o timeout|Client\.Timeout|timed out/.test(text))
    return 'no answer in time';
  if (/\bEOF\b|readLoopPeekFailLocked|connection reset/.test(text))
    return 'the connection was closed without an answer';
  return text === '' ? 'it ended with an error and said nothing' : `it said: ${text.replaceAll('\n', ' ')}`;
}
