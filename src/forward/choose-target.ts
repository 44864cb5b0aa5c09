import type { ForwardSpec } from '../session/events.ts';
import type { PodObserved } from '../session/observed.ts';
import type { ForwardTarget } from '../session/ports.ts';
import type { SessionState } from '../session/state.ts';
import { candidatePods, portInPod } from './forward-candidates.ts';

/**
 * Who serves a forward now: a ready pod that is not being deleted, the one with the newest images first, the youngest
 * of those. Undefined while there is none. Pure; the same state gives the same pod.
 */
export function chooseTarget(state: SessionState, spec: ForwardSpec): ForwardTarget | undefined {
  const ready = candidatePods(state, spec).filter((pod) => pod.ready && !pod.deleting);
  const targets = ready.flatMap((pod): ForwardTarget[] => {
    const port = portInPod(state, spec, pod);
    return port === undefined ? [] : [{ pod, port }];
  });
  return targets.toSorted((a, b) => byFreshness(state, a.pod, b.pod))[0];
}

function byFreshness(state: SessionState, a: PodObserved, b: PodObserved): number {
  return (
    generationsBehind(state, a) - generationsBehind(state, b) ||
    b.createdAt - a.createdAt ||
    (a.name < b.name ? -1 : 1)
  );
}

/** How many images the project has built since those that a pod runs, all containers together. */
function generationsBehind(state: SessionState, pod: PodObserved): number {
  const images = Object.values(state.images);
  const behind = ({ image: ref }: PodObserved['containers'][number]): number => {
    const image = images.find(({ name }) => ref.startsWith(`${name}:`));
    if (!image) return 0;
    const index = image.refs.findLastIndex((known) => known.ref === ref);
    return image.refs.length - 1 - index;
  };
  return pod.containers.reduce((sum, container) => sum + behind(container), 0);
}
