import { type Effect, nothing, type Part } from './effect.ts';
import type { PodState, SessionState } from './state.ts';

/** Why a container waits when its image is not on the node, as pkg/kubelet/images/types.go names it. */
const ABSENT: ReadonlySet<string | undefined> = new Set([
  'ErrImageNeverPull',
  'ErrImagePull',
  'ImagePullBackOff',
]);

/** ms that a pod gets to start once the kubelet was told to look again. */
const STARTING = 10_000;
/** ms between two attempts for one ref; after three of them, another reason is likely: then the longer one. */
const AGAIN = 60_000;
const LATER = 600_000;
const ATTEMPTS = 3;

/**
 * Pods of ours that wait for an image which this session built: somebody deleted it from the daemon. It is built again,
 * then the kubelet is told to look, because it may wait for minutes by itself. Pods that are older than the build, as
 * they are found at a session's start, only need to be told. Pure.
 */
export function planGone(state: SessionState): Part {
  if (state.superseded !== undefined) return nothing;
  const waiting = Object.values(state.pods).filter(isWaiting);
  if (waiting.length === 0) return nothing;
  return { effects: Object.values(state.images).flatMap((image) => planImage(image, waiting)), holds: [] };
}

function planImage(image: SessionState['images'][string], waiting: readonly PodState[]): Effect[] {
  const { name, generation, built, woken } = image;
  if (built?.generation !== generation) return [];
  const pods = waiting.filter((pod) => lacks(pod, built.ref));
  if (pods.length === 0) return [];
  const told = woken?.generation === generation ? woken.pods : [];
  const untold = pods.filter((pod) => pod.createdAt < built.at && !told.includes(pod.uid));
  if (untold.length > 0) {
    const key = `wake:${name}@${generation}:${untold.map(({ uid }) => uid).join()}`;
    return [{ type: 'wakePods', key, lane: `wake:${name}`, image: name, generation, pods: untold }];
  }
  const notBefore = Math.max(triedAgainAt(image), told.length > 0 ? (woken?.at ?? 0) + STARTING : 0);
  const key = `miss:${name}@${generation}:${notBefore}`;
  return [{ type: 'missImage', key, lane: `miss:${name}`, image: name, ref: built.ref, notBefore }];
}

function isWaiting({ mine, deleting, phase, containers }: PodState): boolean {
  if (!mine || deleting || (phase !== 'Pending' && phase !== 'Running')) return false;
  return containers.some(({ state, reason }) => state === 'waiting' && ABSENT.has(reason));
}

function lacks({ containers }: PodState, ref: string): boolean {
  return containers.some(
    ({ state, reason, image }) => state === 'waiting' && ABSENT.has(reason) && image === ref,
  );
}

function triedAgainAt({ gone, built }: SessionState['images'][string]): number {
  if (!gone || gone.ref !== built?.ref) return 0;
  return gone.at + (gone.times < ATTEMPTS ? AGAIN : LATER);
}
