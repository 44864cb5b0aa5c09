import { setTimeout as sleep } from 'node:timers/promises';
import type { KubeObject } from '../kube/kube-object.ts';
import type { Failure } from '../session/failure.ts';
import {
  type AppPlace,
  controllerOf,
  keyOf,
  listEverywhere,
  podType,
  workloadTypes,
} from './app-workloads.ts';
import { valueAt } from './manifest.ts';

/** ms that pods get beyond their own grace period */
const PATIENCE = 60_000;
/** ms between two looks */
const AGAIN = 250;
/** ms between two words on what is waited for */
const TELL_AGAIN = 10_000;

/**
 * Waits until no pod of these workloads is left. @param owners uids of workloads and of pods without one
 * @returns a failure for each pod that does not go: STOP_STUCK
 */
export async function untilPodsGone(
  owners: ReadonlySet<string>,
  options: AppPlace & { readonly waiting: (pods: number) => void },
): Promise<readonly Failure[]> {
  if (owners.size === 0) return [];
  for (let waited = 0; ; waited += AGAIN) {
    const pods = await podsOf(owners, options);
    if (pods.length === 0) return [];
    if (waited % TELL_AGAIN === 0) options.waiting(pods.length);
    const patience = Math.max(...pods.map(gracePeriod)) + PATIENCE;
    if (waited >= patience) return pods.map((pod) => stuck(pod, waited));
    await sleep(AGAIN, undefined, { signal: options.signal });
  }
}

/** Whether a pod ended by itself and stays as it is; one that is being deleted is still on its way. Pure. */
export function hasEnded(pod: KubeObject): boolean {
  if (pod.metadata?.['deletionTimestamp'] !== undefined) return false;
  const phase = valueAt(pod, ['status', 'phase']);
  return phase === 'Succeeded' || phase === 'Failed';
}

/** Pods that run or are being deleted, of the workloads themselves and of what these made. */
async function podsOf(owners: ReadonlySet<string>, place: AppPlace): Promise<readonly KubeObject[]> {
  const makers = workloadTypes.filter(({ kind }) => kind === 'ReplicaSet' || kind === 'Job');
  const made = (await Promise.all(makers.map((type) => listEverywhere(place, type)))).flat();
  const own = made.filter((object) => owners.has(controllerOf(object) ?? ''));
  const all = new Set([...owners, ...own.map(({ metadata }) => metadata?.uid ?? '')]);
  const pods = await listEverywhere(place, podType);
  return pods.filter(
    (pod) => !hasEnded(pod) && (all.has(controllerOf(pod) ?? '') || all.has(pod.metadata?.uid ?? '')),
  );
}

function gracePeriod(pod: KubeObject): number {
  const seconds = pod.metadata?.['deletionGracePeriodSeconds'];
  return typeof seconds === 'number' ? seconds * 1000 : 0;
}

function stuck(pod: KubeObject, waited: number): Failure {
  const finalizers = pod.metadata?.['finalizers'];
  const held =
    Array.isArray(finalizers) && finalizers.length > 0 ? `: its finalizers are ${finalizers.join(', ')}` : '';
  const { name, namespace } = pod.metadata ?? {};
  return {
    code: 'STOP_STUCK',
    subject: keyOf(pod),
    message: `pod ${name} is still there after ${Math.round(waited / 1000)} s${held}`,
    hint: 'see what it waits for',
    command: `kubectl describe pod ${name} -n ${namespace}`,
  };
}
