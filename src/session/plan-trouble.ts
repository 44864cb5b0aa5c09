import { type Effect, nothing, type Part } from './effect.ts';
import type { ContainerObserved, EndObserved, PodObserved } from './observed.ts';
import { targetId, waitsForPlace } from './reduce-pods.ts';
import type { SessionState } from './state.ts';

/** How many last words are asked for at once: a crowd of crashing pods says the same. */
const READS = 5;

/** What has to be asked to explain a failure: last words of crashed containers, pods that nobody schedules. Pure. */
export function planTrouble(state: SessionState): Part {
  if (!state.config.current) return nothing;
  const pods = Object.values(state.pods).filter((pod) => pod.mine && !pod.deleting);
  const [late, reads] = parted(
    pods.flatMap((pod) => crashReads(state, pod)),
    ({ key }) => key.replace(/^crash:/, '') in state.lateWords,
  );
  return { effects: [...late, ...reads.slice(0, READS), ...pods.flatMap(placeWaits)], holds: [] };
}

function parted<T>(items: readonly T[], isFirst: (item: T) => boolean): readonly [T[], T[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))];
}

function crashReads({ crashes }: SessionState, pod: PodObserved): Effect[] {
  return pod.containers.flatMap((container): Effect[] => {
    const { ended } = container;
    if (!ended || !hasLastWords(ended) || container.kind === 'ephemeral') return [];
    const id = targetId(pod.uid, ended.containerId);
    if (id in crashes) return [];
    const key = `crash:${id}`;
    return [{ type: 'readCrash', key, lane: key, target: targetOf(pod, container, ended.containerId) }];
  });
}

/** One that could not be started has said nothing. Pure. */
export function hasLastWords({ exitCode, reason }: EndObserved): boolean {
  return exitCode !== 0 && reason !== 'StartError' && reason !== 'ContainerCannotRun';
}

function targetOf(pod: PodObserved, { name }: ContainerObserved, containerId: string) {
  const { namespace, name: podName, uid: podUid, owner } = pod;
  return {
    ...{ id: targetId(podUid, containerId), namespace, pod: podName, podUid, container: name, containerId },
    ...(owner === undefined ? {} : { owner }),
    ended: true,
  };
}

function placeWaits(pod: PodObserved & { readonly overlooked?: true }): Effect[] {
  const { namespace, name, uid, scheduler, overlooked } = pod;
  if (overlooked || !waitsForPlace(pod)) return [];
  const key = `place:${uid}:${scheduler === undefined ? 'volumes' : 'scheduler'}`;
  return [{ type: 'awaitPlace', key, lane: key, pod: { namespace, name, uid } }];
}
