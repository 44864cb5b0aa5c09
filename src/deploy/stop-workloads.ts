import type { KubeObject } from '../kube/kube-object.ts';
import type { ResourceType } from '../kube/kube-path.ts';
import { deleteResource } from '../kube/resources.ts';
import { type Failure, RockpoolError } from '../session/failure.ts';
import type { ResourceKey } from '../session/observed.ts';
import {
  type AppPlace,
  controllerOf,
  keyOf,
  listEverywhere,
  listOwn,
  placeOf,
  podType,
  withEach,
  workloadTypes,
} from './app-workloads.ts';
import { APP_LABEL } from './labels.ts';
import { isApplied } from './managed-fields.ts';
import { valueAt } from './manifest.ts';
import { patchFresh } from './patch-fresh.ts';
import { isStopped, stopSteps } from './stopped-record.ts';
import { hasEnded, untilPodsGone } from './until-pods-gone.ts';

export interface StopReport {
  readonly key: ResourceKey;
  /** already: an earlier stop did it; deleted: a pod that no workload makes again */
  readonly outcome: 'stopped' | 'already' | 'suspended' | 'deleted';
  /** how many it had, where it has such a number */
  readonly replicas?: number;
}

export interface StopOptions extends AppPlace {
  readonly report: (report: StopReport) => void;
  /** told before the wait for pods, and every 10 s of it: how many are left */
  readonly waiting: (pods: number) => void;
}

/**
 * Takes every pod of the project away and keeps everything else: replicas to zero, CronJobs and Jobs suspended,
 * DaemonSets on no node, pods without a workload deleted. What each was is recorded on it for restoreWorkloads; one that is
 * stopped already keeps its record. Resolves when the pods are gone. Rejects with a RockpoolError that holds every
 * failure (STOP_FAILED, STOP_STUCK), after all that could be stopped was; CLUSTER_LOST.
 */
export async function stopWorkloads(options: StopOptions): Promise<void> {
  const failures: Failure[] = [];
  const stopped = new Set<string>();
  for (const type of workloadTypes) {
    const workloads = await stoppable(options, type, stopped);
    failures.push(
      ...(await withEach(workloads, 'STOP_FAILED', (workload) => stopOne(workload, type, options))),
    );
    for (const { metadata } of workloads) stopped.add(metadata?.uid ?? '');
  }
  const pods = await barePods(options);
  failures.push(...(await withEach(pods, 'STOP_FAILED', (pod) => deletePod(pod, options))));
  for (const { metadata } of pods) stopped.add(metadata?.uid ?? '');
  // What was refused keeps its pods: there is nothing to wait for.
  if (failures.length === 0) failures.push(...(await untilPodsGone(stopped, options)));
  if (failures.length > 0) throw new RockpoolError(failures);
}

/** Jobs that a CronJob of ours made go on after it was suspended: they are stopped, too. */
async function stoppable(
  place: AppPlace,
  type: ResourceType,
  stopped: ReadonlySet<string>,
): Promise<readonly KubeObject[]> {
  if (type.kind !== 'Job') return listOwn(place, type);
  const jobs = await listEverywhere(place, type);
  return jobs.filter((job) => {
    const controller = controllerOf(job);
    return controller === undefined
      ? job.metadata?.labels?.[APP_LABEL] === place.app && isApplied(job)
      : stopped.has(controller);
  });
}

async function stopOne(workload: KubeObject, type: ResourceType, options: StopOptions): Promise<void> {
  const { object, patched } = await patchFresh(options, type, workload, stopSteps);
  const key = keyOf(workload);
  if (!patched) {
    if (isStopped(object)) options.report({ key, outcome: 'already' });
    return;
  }
  const replicas = valueAt(workload, ['spec', 'replicas']);
  const outcome = type.group === 'batch' ? 'suspended' : 'stopped';
  options.report({ key, outcome, ...(typeof replicas === 'number' ? { replicas } : {}) });
}

async function barePods(place: AppPlace): Promise<readonly KubeObject[]> {
  return (await listOwn(place, podType)).filter((pod) => !hasEnded(pod));
}

async function deletePod(pod: KubeObject, { client, report, signal }: StopOptions): Promise<void> {
  const { uid } = pod.metadata ?? {};
  const options = { signal, ...(uid === undefined ? {} : { uid }) };
  if (await deleteResource(client, podType, placeOf(pod), options)) {
    report({ key: keyOf(pod), outcome: 'deleted' });
  }
}
