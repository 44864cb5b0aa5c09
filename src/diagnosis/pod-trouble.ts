import type { ContainerObserved, PodObserved } from '../session/observed.ts';
import type { PodState, SessionState } from '../session/state.ts';
import { configTrouble, mountTrouble } from './config-trouble.ts';
import { crashTrouble } from './crash-trouble.ts';
import { imageTrouble } from './image-trouble.ts';
import { probeTrouble } from './probe-trouble.ts';
import { schedulingTrouble } from './scheduling-trouble.ts';
import { sentence, type Trouble } from './trouble.ts';
import { podWarnings } from './warnings.ts';

/** The first trouble of a pod, if it has one. A pod that is merely starting has none. Pure. */
export function podTrouble(state: SessionState, pod: PodState): Trouble | undefined {
  if (pod.reason !== undefined && pod.phase === 'Failed') return failedPod(pod, pod.reason);
  const warnings = podWarnings(state, pod);
  return (
    ofContainers(pod, (container) => crashTrouble(state, pod, container, warnings)) ??
    ofContainers(pod, (container) => imageTrouble(state, pod, container)) ??
    ofContainers(pod, (container) => configTrouble(pod, container)) ??
    schedulingTrouble(state, pod) ??
    mountTrouble(pod, warnings) ??
    ofContainers(pod, (container) => probeTrouble(pod, container, warnings))
  );
}

function ofContainers(
  { containers }: PodObserved,
  find: (container: ContainerObserved) => Trouble | undefined,
): Trouble | undefined {
  for (const container of containers) {
    const trouble = find(container);
    if (trouble) return { ...trouble, container };
  }
  return undefined;
}

function failedPod(pod: PodObserved, reason: string): Trouble {
  if (reason === 'Evicted') {
    return {
      code: 'EVICTED',
      words: 'evicted',
      message: sentence(`The node ended pod ${pod.name} to save room`, pod.message),
      hint: 'Let it use less, raise its limits, or free room on the node.',
      due: ['template'],
    };
  }
  return {
    code: 'POD_FAILED',
    words: `pod failed: ${reason}`,
    message: sentence(`Pod ${pod.name} failed: ${reason}`, pod.message),
    hint: 'The cluster gave the pod up: look at its events.',
    due: ['template'],
  };
}
