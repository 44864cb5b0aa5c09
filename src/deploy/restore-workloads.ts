import type { KubeObject } from '../kube/kube-object.ts';
import type { ResourceType } from '../kube/kube-path.ts';
import { RockpoolError } from '../session/failure.ts';
import type { ResourceKey } from '../session/observed.ts';
import {
  type AppPlace,
  keyOf,
  listEverywhere,
  listLabelled,
  withEach,
  workloadTypes,
} from './app-workloads.ts';
import { APP_LABEL } from './labels.ts';
import { managedFieldsOf } from './managed-fields.ts';
import { patchFresh } from './patch-fresh.ts';
import { isStopped, releaseSteps, restoreSteps, STOP_MANAGER } from './stopped-record.ts';

export interface RestoreOptions extends AppPlace {
  readonly report: (key: ResourceKey) => void;
}

/**
 * Puts back what stopWorkloads recorded, also when that or an earlier restore was cut off half-way: the same replicas,
 * whoever had set them, and every field managed by whom it was before, so that an apply meets what it left. What
 * somebody set since the stop stays. Rejects with a RockpoolError that holds every failure (RESTORE_FAILED),
 * after all that could be put back was; CLUSTER_LOST.
 */
export async function restoreWorkloads(options: RestoreOptions): Promise<void> {
  const work = workloadTypes.map(async (type) => {
    const stopped = (await candidates(options, type)).filter(wasStopped);
    return withEach(stopped, 'RESTORE_FAILED', (workload) => restoreOne(workload, type, options));
  });
  const failures = (await Promise.all(work)).flat();
  if (failures.length > 0) throw new RockpoolError(failures);
}

/** By rockpool itself: a copy of a stopped workload has the record, too. */
function wasStopped(object: KubeObject): boolean {
  return isStopped(object) && managedFieldsOf(object).some(({ manager }) => manager === STOP_MANAGER);
}

/** Jobs that a CronJob made carry no label: their own record tells that they were stopped, their pods whose they are. */
async function candidates(place: AppPlace, type: ResourceType): Promise<readonly KubeObject[]> {
  if (type.kind !== 'Job') return listLabelled(place, type);
  const jobs = await listEverywhere(place, type);
  return jobs.filter((job) => isOwn(job, place.app));
}

function isOwn(job: KubeObject, app: string): boolean {
  const template = (job as { spec?: { template?: KubeObject } }).spec?.template;
  return job.metadata?.labels?.[APP_LABEL] === app || template?.metadata?.labels?.[APP_LABEL] === app;
}

async function restoreOne(workload: KubeObject, type: ResourceType, options: RestoreOptions): Promise<void> {
  const { object } = await patchFresh(options, type, workload, restoreSteps);
  await patchFresh(options, type, object, (newest) => (isStopped(newest) ? releaseSteps(newest) : []));
  options.report(keyOf(workload));
}
