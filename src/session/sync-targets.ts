import type { ContainerObserved, PodObserved } from './observed.ts';
import { targetId } from './reduce-pods.ts';
import { resourceParts } from './resource-parts.ts';
import type { ImageState, SessionState } from './state.ts';

/** A running container that files can be written into. */
export interface SyncTarget {
  /** `podUID/containerID` */
  readonly id: string;
  readonly pod: PodObserved;
  readonly container: ContainerObserved;
}

/** Whether the newest save of an image is built, or written into the containers that run it. Pure. */
export function isMade({ generation, built, sync }: ImageState): boolean {
  return built?.generation === generation || sync?.done === generation;
}

/**
 * Whether saves of an image may be written into its containers instead of being built: it is built, nothing of it is
 * under way or broken, no other image is built on it, and nothing but running containers uses it (what a Job or an init
 * container does with a file is over). Pure.
 */
export function maySync(state: SessionState, image: ImageState): boolean {
  const { name, generation, build, settling, restless, failed, built, sync, syncRefused } = image;
  const isBusy = Boolean(build ?? settling ?? restless) || failed?.generation === generation;
  const isBase = built?.generation === generation || sync !== undefined;
  if (!built || isBusy || !isBase || syncRefused !== undefined) return false;
  if (Object.values(state.images).some(({ needs }) => needs.includes(name))) return false;
  const targets = syncTargets(state, image);
  // A pod that nothing owns does not come back when it has to be replaced.
  if (targets.length === 0 || targets.some(({ pod }) => pod.owner === undefined)) return false;
  return !isStuck(state, image);
}

/** Whether a Job or CronJob has the image, as the manifests or the cluster say: its pods come from the image itself. */
function isUsedOnce({ resources, workloads }: SessionState, { name, built }: ImageState): boolean {
  const wanted = Object.values(resources).some(({ key, images }) => isOnce(key) && images.includes(name));
  const running = Object.values(workloads).some(
    ({ key, images }) => isOnce(key) && built !== undefined && images.includes(built.ref),
  );
  return wanted || running;
}

function isOnce(key: string): boolean {
  return ['Job', 'CronJob'].includes(resourceParts(key).kind);
}

/** The running containers of the image as it was built last. Pure. */
export function syncTargets(state: SessionState, image: ImageState): readonly SyncTarget[] {
  return containersOf(state, image).flatMap(({ pod, container }) => {
    const { containerId } = container;
    if (container.state !== 'running' || containerId === undefined) return [];
    return [{ id: targetId(pod.uid, containerId), pod, container }];
  });
}

/** Those of them that have not all that was saved. Pure. */
export function unsynced(state: SessionState, image: ImageState): readonly SyncTarget[] {
  const { sync, generation } = image;
  if (!sync) return [];
  return syncTargets(state, image).filter(({ id }) => (sync.targets[id] ?? 0) < generation);
}

/** Whether the newest save is in all containers, and not yet known to run there. Pure. */
export function isReloading({ generation, sync }: ImageState): boolean {
  return sync?.done === generation && sync.answered !== generation;
}

/**
 * Whether files cannot get to all containers, so that the image is built after all: one of them ended, none runs, a Job
 * or init container uses the image, or somebody else has the workloads run another one. Pure.
 */
export function isStuck(state: SessionState, image: ImageState): boolean {
  const containers = containersOf(state, image);
  const isNowhere = image.sync?.done !== image.generation && syncTargets(state, image).length === 0;
  if (isNowhere || isOverruled(state, image) || isUsedOnce(state, image)) return true;
  return containers.some(
    ({ container }) =>
      container.kind !== 'app' ||
      container.state === 'terminated' ||
      (container.state === 'waiting' && (container.restarts > 0 || isWithoutImage(container))),
  );
}

/** `rockpool apply` beside the session, or another tool: no workload of the image has it as this session built it. */
function isOverruled({ resources, workloads }: SessionState, { name, built }: ImageState): boolean {
  const users = Object.values(resources).filter(({ images }) => images.includes(name));
  const seen = users.flatMap(({ key }) => workloads[key] ?? []);
  return seen.length > 0 && built !== undefined && seen.every(({ images }) => !images.includes(built.ref));
}

function isWithoutImage({ reason = '' }: ContainerObserved): boolean {
  return /^(ErrImage|ImagePull)/.test(reason);
}

/**
 * Running containers with files in them that this session knows nothing of: written by a session before, or before the
 * image was built anew with the content that it had at first. Only a new container is sure to have what was saved. Pure.
 */
export function staleTargets(state: SessionState, image: ImageState): readonly SyncTarget[] {
  if (image.built?.generation !== image.generation && !image.sync) return [];
  return syncTargets(state, image).filter(
    ({ id, pod, container }) =>
      container.synced && pod.owner !== undefined && !(image.sync && id in image.sync.targets),
  );
}

function containersOf({ pods }: SessionState, { built }: ImageState) {
  return Object.values(pods)
    .filter((pod) => pod.mine && !pod.deleting)
    .flatMap((pod) => pod.containers.map((container) => ({ pod, container })))
    .filter(({ container }) => container.kind !== 'ephemeral' && container.image === built?.ref);
}
