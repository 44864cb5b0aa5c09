import { indexed } from './batch/indexes.ts';
import { decideJob } from './batch/job-decision.ts';
import type { Controller, Tools } from './controller.ts';
import { makePod, podFrom, unmakePod } from './made-pods.ts';
import { JOBS, type Job, PODS, type Pod } from './objects.ts';
import { claimed, concernOfOwned } from './owners.ts';

/** Runs the pods of a Job until enough have succeeded or too many failed. */
export function createJobController(tools: Tools): Controller {
  const { objects, record, now } = tools;
  // By Job: which of its pods are counted in its status.
  const seen = new Map<string, ReadonlySet<string>>();
  return {
    kind: JOBS,
    concerns: [concernOfOwned(objects, PODS, JOBS)],
    sync({ namespace, name }) {
      const job = objects.get<Job>(JOBS, namespace, name);
      for (const uid of seen.keys())
        if (!objects.list(JOBS).some((one) => one.metadata.uid === uid)) seen.delete(uid);
      if (!job || job.metadata.deletionTimestamp !== undefined) return undefined;
      const { uid } = job.metadata;
      const pods = claimed<Pod>(objects, PODS, job);
      const { create, remove, status, told, again, ...decision } = decideJob(
        job,
        pods,
        seen.get(uid) ?? new Set(),
        now(),
      );
      seen.set(uid, decision.seen);
      const next = objects.updateStatus(JOBS, { ...job, status });
      for (const pod of remove) unmakePod(tools, job, pod);
      for (const index of create) makePod(tools, job, podOf(job, index));
      for (const [type, reason, message] of told) record(job, type, reason, message);
      return again ?? expiry(tools, next);
    },
  };
}

function podOf(job: Job, index: number | undefined): object {
  const pod = podFrom(job.spec?.template, job);
  return index === undefined ? pod : indexed(pod, job.metadata.name, index);
}

/** Takes a Job away that ended long enough ago (ttlSecondsAfterFinished). @returns ms until then */
function expiry({ objects, now }: Tools, job: Job): number | undefined {
  const ended = job.status?.conditions?.find(
    ({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True',
  );
  const { ttlSecondsAfterFinished: ttl } = job.spec ?? {};
  if (!ended || ttl === undefined) return undefined;
  const left = Date.parse(ended.lastTransitionTime ?? '') + ttl * 1000 - now();
  if (left > 0) return left;
  objects.delete(JOBS, job, undefined, 'Background');
  return undefined;
}
