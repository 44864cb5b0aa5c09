import { rolloutReason } from '../diagnosis/creation-trouble.ts';
import { workloadFailures } from '../diagnosis/workload-failures.ts';
import type { Hold } from '../session/effect.ts';
import type { PodObserved, ResourceKey } from '../session/observed.ts';
import { resourceParts } from '../session/resource-parts.ts';
import type { ImageState, ResourceState, SessionState } from '../session/state.ts';
import { isMade, isReloading } from '../session/sync-targets.ts';
import { formatTook } from './duration.ts';

/** How a row fares: served as it should be, being worked on, waiting for somebody, broken. */
export type Severity = 'ok' | 'busy' | 'warn' | 'bad';

/** The state of a row in words. */
export interface RowState {
  readonly words: string;
  readonly severity: Severity;
}

/** What the state of a workload is told from. */
export interface WorkloadFacts {
  readonly key: ResourceKey;
  readonly state: SessionState;
  readonly holds: readonly Hold[];
  /** of the project, that it runs */
  readonly images: readonly ImageState[];
  readonly pods: readonly PodObserved[];
  readonly now: number;
}

/**
 * The state of a workload: its build, else what its pods suffer from, else its apply, else its rollout. The build comes
 * first, since it is the user's last save and what will replace the pods. Never empty. Pure.
 */
export function workloadState(facts: WorkloadFacts): RowState {
  return (
    firstOf(facts.images, (image) => pendingImage(image, facts.holds, facts.now)) ??
    troubleState(facts) ??
    applyState(facts) ??
    reloadState(facts) ??
    rolloutState(facts)
  );
}

/** The state of an image that no workload uses. Never empty. Pure. */
export function imageState(image: ImageState, holds: readonly Hold[], now: number): RowState {
  return pendingImage(image, holds, now) ?? { words: 'built', severity: 'ok' };
}

function firstOf<T>(items: readonly T[], find: (item: T) => RowState | undefined): RowState | undefined {
  const found = items.flatMap((item) => find(item) ?? []);
  return found.find(({ severity }) => severity === 'bad') ?? found[0];
}

function pendingImage(image: ImageState, holds: readonly Hold[], now: number): RowState | undefined {
  const { name, generation, build, failed, sync } = image;
  if (failed?.generation === generation) {
    return holdState(holds, name) ?? { words: 'build failed', severity: 'bad' };
  }
  if (build) return { words: buildWords(build, now), severity: 'busy' };
  if (isMade(image)) return undefined;
  if (sync) return holdState(holds, name) ?? { words: 'syncing', severity: 'busy' };
  return holdState(holds, name) ?? { words: 'about to build', severity: 'busy' };
}

function buildWords(
  { step, index, total, startedAt }: NonNullable<ImageState['build']>,
  now: number,
): string {
  if (step === undefined || index === undefined || total === undefined)
    return `building ${formatTook(now - startedAt)}`;
  return `building ${index}/${total} ${step}`;
}

function holdState(holds: readonly Hold[], what: string): RowState | undefined {
  const hold = holds.find((candidate) => candidate.what === what);
  if (!hold) return undefined;
  const words = /^(waiting|starting)\b/.test(hold.reason) ? hold.reason : `waiting: ${hold.reason}`;
  return { words, severity: hold.type === 'failed-image' || hold.type === 'docker' ? 'warn' : 'busy' };
}

function troubleState({ state, key, pods }: WorkloadFacts): RowState | undefined {
  const [first] = workloadFailures(state, key, pods);
  return first && { words: first.words, severity: 'bad' };
}

function applyState({ key, state, holds, images }: WorkloadFacts): RowState | undefined {
  const resource = state.resources[key];
  if (!resource) return undefined;
  if (resource.heldFor !== undefined) {
    return holdState(holds, key) ?? { words: `waiting for image ${resource.heldFor}`, severity: 'busy' };
  }
  const left = holds.find(({ type, what }) => type === 'deleted' && what === key);
  if (left) return { words: `deleted: ${left.reason}`, severity: 'warn' };
  const failed = state.deploy.failures.some(({ subject }) => subject === key);
  if (failed) return { words: 'apply failed', severity: 'bad' };
  return notApplied(resource, state, images);
}

/** What was built may not be in the cluster yet: the workload's own pod template tells. */
function notApplied(
  { hash, key }: ResourceState,
  { deploy, workloads }: SessionState,
  images: readonly ImageState[],
): RowState | undefined {
  const template = workloads[key]?.images;
  const newer = template && images.some(({ built }) => built !== undefined && !template.includes(built.ref));
  if (hash !== undefined && newer !== true) return undefined;
  if (deploy.failures.length > 0) return { words: 'not applied: the deploy failed', severity: 'warn' };
  if (deploy.generation > deploy.done) return { words: 'applying', severity: 'busy' };
  return hash === undefined ? { words: 'waiting to be applied', severity: 'busy' } : undefined;
}

/** Its pods are ready as far as the cluster knows: what their programs make of the files is not known yet. */
function reloadState({ images }: WorkloadFacts): RowState | undefined {
  return images.some(isReloading) ? { words: 'reloading', severity: 'busy' } : undefined;
}

function rolloutState({ key, state }: WorkloadFacts): RowState {
  const workload = state.workloads[key];
  if (!workload) return { words: 'applied, not seen yet', severity: 'busy' };
  const { rollout, desired, ready } = workload;
  const reason = rolloutReason(state, workload);
  if (rollout === 'failed') return { words: withReason('rollout failed', reason), severity: 'bad' };
  if (rollout === 'suspended')
    return { words: desired === 0 ? 'scaled to 0' : 'suspended', severity: 'warn' };
  const { kind } = resourceParts(key);
  if (kind === 'Job' && rollout === 'complete') return { words: 'done', severity: 'ok' };
  if (kind === 'Job') return { words: withReason('running', reason), severity: 'busy' };
  if (kind === 'CronJob') return { words: 'scheduled', severity: 'ok' };
  if (rollout === 'progressing') return { words: withReason('rolling out', reason), severity: 'busy' };
  if (desired === 0)
    return { words: kind === 'DaemonSet' ? 'no node for it' : 'scaled to 0', severity: 'warn' };
  if (ready < desired) return { words: `not ready: ${ready} of ${desired}`, severity: 'warn' };
  return { words: 'ready', severity: 'ok' };
}

function withReason(words: string, reason: string | undefined): string {
  return reason === undefined || reason === '' ? words : `${words}: ${reason}`;
}
