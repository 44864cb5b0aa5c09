import { rolloutReason } from '../diagnosis/creation-trouble.ts';
import { rolloutFailures } from '../diagnosis/rollout-failures.ts';
import { workloadFailures } from '../diagnosis/workload-failures.ts';
import { workloadKeys } from '../diagnosis/workload-keys.ts';
import type { ResourceKey } from '../session/observed.ts';
import { resourceParts } from '../session/resource-parts.ts';
import type { PodState, ResourceState, SessionState } from '../session/state.ts';
import { isMade, isReloading } from '../session/sync-targets.ts';
import { shortNames } from '../ui/short-names.ts';
import type { CurrentQuestion } from './is-current.ts';
import { isProbeFinal } from './probe-patience.ts';
import { current, failed, together, type Verdict, waiting } from './verdict.ts';

/**
 * ms that a container which nobody asks for its readiness must have run: what crashes at its start does so by then. A
 * machine that is slow to start it is as slow to run its first lines, so that it gets as long as its start took.
 */
const PROVEN = 3000;
const PROVEN_AT_MOST = 10_000;
/** A pod that took longer has been there before, or waited for something else. */
const LONG_AGO = 60_000;
/** ms in which a pod may find its place: a volume is being bound, an older pod makes room. */
const SETTLING = 10_000;
const notAtOnce: ReadonlySet<string> = new Set([
  'UNSCHEDULABLE',
  'VOLUME_UNBOUND',
  'NO_SCHEDULER',
  'NODE_NOT_READY',
]);
/** An image of ours that somebody deleted is built again. */
const healing: ReadonlySet<string> = new Set([...notAtOnce, 'IMAGE_PULL_FAILED', 'IMAGE_NEVER_PULL']);
/** A Job tries again as often as its backoffLimit allows, and says itself when it has failed. */
const triedAgain: ReadonlySet<string> = new Set(['CRASHED', 'CRASH_LOOP', 'OUT_OF_MEMORY', 'POD_FAILED']);

/** Whether the newest pods of a workload serve, as far as the session was told. Pure. */
export function workloadVerdict(state: SessionState, key: ResourceKey, question: CurrentQuestion): Verdict {
  const resource = state.resources[key];
  // Nothing of what was asked for is in a workload that the manifests no longer have.
  if (!resource) return current;
  const name = shortNames(workloadKeys(state)).get(key) ?? key;
  // Whatever its pods do before that, they are about to be replaced. The image and the manifest tell for themselves.
  if (!isApplied(state, resource)) return waiting(`${name} to be applied`);
  const { kind } = resourceParts(key);
  const workload = state.workloads[key];
  if (kind === 'Pod') return podsVerdict(state, { key, name, desired: 1, ended: true }, question);
  if (!workload) return waiting(`${name} to be seen in the cluster`);
  if ((workload.revision ?? 0) < (resource.revision ?? 0))
    return waiting(`the cluster to tell how ${name} is now`);
  if (kind === 'CronJob') return current;
  const { rollout, desired } = workload;
  const reason = rolloutReason(state, workload) ?? rollout;
  const pods = podsVerdict(state, { key, name, desired, ended: kind === 'Job' }, question);
  if (pods.is === 'failed') return pods;
  const broken = rollout === 'failed' ? rolloutFailures(state, new Set()) : [];
  const own = broken.filter(({ subject }) => subject === key);
  if (own.length > 0) return failed(own);
  if (rollout !== 'complete') return together([waiting(`${name}: ${reason}`), pods]);
  return kind === 'Job' ? current : pods;
}

function isApplied(state: SessionState, { heldFor, hash, wanted, images }: ResourceState): boolean {
  const isSent = hash !== undefined && (wanted === undefined || hash === wanted);
  const isBuilt = heldFor === undefined && !images.some((image) => isBehind(state, image));
  return isSent && isBuilt && !deployIsPending(state);
}

function isBehind({ images }: SessionState, name: string): boolean {
  const image = images[name];
  return image !== undefined && !isMade(image);
}

function deployIsPending({ deploy }: SessionState): boolean {
  return deploy.generation > deploy.done && deploy.failedGeneration !== deploy.generation;
}

interface Wanted {
  readonly key: ResourceKey;
  readonly name: string;
  readonly desired: number;
  /** its pods may have ended */
  readonly ended: boolean;
}

function podsVerdict(state: SessionState, wanted: Wanted, { now, oldPods }: CurrentQuestion): Verdict {
  const { key, name, desired, ended } = wanted;
  const all = Object.values(state.pods).filter((pod) => ownerOf(pod) === key && !pod.deleting);
  const fresh = all.filter((pod) => !oldPods?.has(pod.uid) && runsNewest(state, key, pod));
  const broken = workloadFailures(state, key, fresh).map(({ failure }) => failure);
  const young = fresh.some((pod) => now - (pod.since ?? 0) < SETTLING);
  const passing = young && fresh.some((pod) => lacksOurs(state, pod)) ? healing : notAtOnce;
  const isTried = (code: string) => resourceParts(key).kind === 'Job' && triedAgain.has(code);
  const isFinal = (code: string) =>
    code === 'PROBE_FAILED'
      ? isProbeFinal(state, fresh, now)
      : !(isTried(code) || (young && passing.has(code)));
  const reload = reloadOf(state, key);
  const patience = reload === undefined ? 0 : reload + RELOAD - now;
  const counted = broken.filter(
    ({ code }) => isFinal(code) && !(patience > 0 && !hasCrashedSince(fresh, reload)),
  );
  if (counted.length > 0) return failed(counted);
  if (broken.length > 0) return waiting(`${name} to be ready`, 500, broken);
  const live = all.filter(({ phase }) => ended || (phase !== 'Failed' && phase !== 'Succeeded'));
  const old = live.filter((pod) => !fresh.includes(pod));
  if (old.length > 0) return waiting(`${name}: an old pod to end (${old[0]?.name})`);
  const serving = fresh.filter((pod) => pod.ready || (ended && pod.phase === 'Succeeded'));
  if (serving.length < desired) return waiting(`${name}: ${serving.length} of ${desired} pods ready`);
  const proof = Math.max(0, ...serving.map((pod) => (isAsked(pod) ? 0 : provenAt(pod) - now)));
  return proof > 0 ? waiting(`${name}: a moment, since no probe tells whether it stays up`, proof) : current;
}

/** ms in which a program that its hot reloader starts again must answer: what was told of it before is history. */
const RELOAD = 10_000;

/** When files were synced into the workload's containers, unless its programs were seen to answer since. */
function reloadOf({ resources, images }: SessionState, key: ResourceKey): number | undefined {
  const used = (resources[key]?.images ?? []).flatMap((name) => images[name] ?? []);
  const times = used.filter(isReloading).flatMap(({ sync }) => sync?.at ?? []);
  return times.length === 0 ? undefined : Math.max(...times);
}

/** The cluster tells whole seconds: a crash in that very second counts as one before. */
function hasCrashedSince(pods: readonly PodState[], since = 0): boolean {
  return pods.some(({ containers }) =>
    containers.some(({ ended }) => ended !== undefined && ended.at >= since),
  );
}

function ownerOf({ owner, namespace, name }: PodState): ResourceKey {
  return owner ?? `Pod/${namespace}/${name}`;
}

function lacksOurs({ deploy }: SessionState, { containers }: PodState): boolean {
  const refs = Object.values(deploy.refs);
  return containers.some(({ state, image }) => state === 'waiting' && refs.includes(image));
}

/** Containers of the project's images have the refs that the manifests were given. */
function runsNewest(
  { resources, deploy }: SessionState,
  key: ResourceKey,
  { containers }: PodState,
): boolean {
  const refs = (resources[key]?.images ?? []).flatMap((name) => deploy.refs[name] ?? []);
  return containers.every(({ image, kind }) => {
    const ref = refs.find((known) => repositoryOf(known) === repositoryOf(image));
    return kind === 'ephemeral' || ref === undefined || ref === image;
  });
}

function repositoryOf(ref: string): string {
  return ref.slice(0, ref.lastIndexOf(':'));
}

function provenAt({ since = 0, createdAt }: PodState): number {
  const took = since - createdAt;
  return since + (took > LONG_AGO ? PROVEN : Math.min(PROVEN_AT_MOST, Math.max(PROVEN, took)));
}

/** Each container that serves is asked by the kubelet whether it is ready. */
function isAsked({ containers }: PodState): boolean {
  return containers.every(({ kind, probes }) => kind !== 'app' || probes?.readiness !== undefined);
}
