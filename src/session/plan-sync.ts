import { type Effect, nothing, type Part } from './effect.ts';
import { buildHold, neededRefs } from './plan-builds.ts';
import type { ImageState, SessionState } from './state.ts';
import {
  isMade,
  isReloading,
  isStuck,
  type SyncTarget,
  staleTargets,
  syncTargets,
  unsynced,
} from './sync-targets.ts';

/** Saved files into the containers that run an image, and new pods for those whose files nobody knows. Pure. */
export function planSync(state: SessionState): Part {
  if (state.superseded !== undefined || !state.config.current || state.cluster.lost) return nothing;
  const parts = Object.values(state.images).map((image) => planImage(state, image));
  return { effects: parts.flatMap((part) => part.effects), holds: parts.flatMap((part) => part.holds) };
}

function planImage(state: SessionState, image: ImageState): Part {
  const { name, sync } = image;
  const hold = buildHold(state, image);
  if (hold) return { effects: [], holds: sync && !isMade(image) ? [{ what: name, ...hold }] : [] };
  const stale = staleTargets(state, image).map(renewal);
  if (!sync || isStuck(state, image)) return { effects: stale, holds: [] };
  const isStale = new Set(staleTargets(state, image).map(({ id }) => id));
  const targets = unsynced(state, image).filter(({ id }) => !isStale.has(id));
  if (targets.length > 0) return { effects: [...stale, syncOf(state, image, targets)], holds: [] };
  if (isReloading(image)) return { effects: [...stale, ...proofOf(state, image)], holds: [] };
  const waits = sync.done !== image.generation;
  const reason = 'waiting for a container to sync into';
  return { effects: stale, holds: waits ? [{ type: 'image', what: name, reason }] : [] };
}

function syncOf(state: SessionState, image: ImageState, targets: readonly SyncTarget[]): Effect {
  const { name, generation } = image;
  const key = `sync:${name}@${generation}:${targets.map(({ id }) => id).join()}`;
  const wanted = targets.map(({ id, pod: { namespace, name: pod, uid }, container }) => ({
    ...{ id, namespace, pod, uid, container: container.name, containerId: container.containerId ?? '' },
  }));
  const refs = neededRefs(state, image);
  const request = { image: name, generation, refs, targets: wanted, base: image.built?.ref ?? '' };
  return { type: 'sync', key, lane: `sync:${name}`, request };
}

/** A program that is started again by its own hot reloader is not seen by the cluster: it is asked. */
function proofOf(state: SessionState, image: ImageState): Effect[] {
  const { name, generation } = image;
  const targets = syncTargets(state, image);
  if (targets.length === 0) return [];
  const key = `prove:${name}@${generation}:${targets.map(({ id }) => id).join()}`;
  const pods = [...new Map(targets.map(({ pod }) => [pod.uid, pod])).values()];
  return [{ type: 'proveSync', key, lane: `prove:${name}`, image: name, generation, pods }];
}

function renewal({ pod }: SyncTarget): Effect {
  return { type: 'renewPod', key: `renew:${pod.uid}`, lane: `renew:${pod.uid}`, pod };
}
