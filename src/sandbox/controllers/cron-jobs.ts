import { seconds } from '../api/objects/prepare.ts';
import type { Controller, Tools } from './controller.ts';
import { keyOf } from './controller.ts';
import { decideCron, withStarted } from './cron/cron-decision.ts';
import { parseSchedule, type Schedule } from './cron/schedule.ts';
import { CRON_JOBS, type CronJob, JOBS, type Job } from './objects.ts';
import { controllerOf, controllerReference } from './owners.ts';

/** Starts the Jobs of a CronJob when they are due. */
export function createCronJobController(tools: Tools): Controller {
  const { objects, record, now } = tools;
  return {
    kind: CRON_JOBS,
    concerns: [{ kind: JOBS, keysOf: (job) => cronOf(job as Job) }],
    sync({ namespace, name }) {
      const cron = objects.get<CronJob>(CRON_JOBS, namespace, name);
      const schedule = cron && scheduleOf(tools, cron);
      if (!schedule || cron.metadata.deletionTimestamp !== undefined) return undefined;
      const jobs = objects
        .list<Job>(JOBS, namespace)
        .filter((job) => controllerOf(job)?.uid === cron.metadata.uid);
      const { start, remove, told, again, ...decision } = decideCron(cron, jobs, schedule, now());
      for (const [type, reason, message] of told) record(cron, type, reason, message);
      for (const job of remove) unmake(tools, cron, job);
      const gone = new Set(remove.map(({ metadata }) => metadata.uid));
      const active = decision.status.active?.filter(({ uid }) => !gone.has(uid ?? ''));
      const { active: _, ...rest } = decision.status;
      const kept = active && active.length > 0 ? { ...rest, active } : rest;
      const status = start === undefined ? kept : withStarted(kept, make(tools, cron, start), start);
      objects.updateStatus(CRON_JOBS, { ...cron, status });
      return again;
    },
  };
}

function cronOf(job: Job) {
  const owner = controllerOf(job);
  return owner?.kind === 'CronJob' ? [{ ...keyOf(job), name: owner.name }] : [];
}

function scheduleOf({ record }: Tools, cron: CronJob): Schedule | undefined {
  const { schedule = '', timeZone } = cron.spec ?? {};
  try {
    return parseSchedule(schedule, timeZone);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    record(cron, 'Warning', 'UnparseableSchedule', `unparseable schedule: "${schedule}" : ${error.message}`);
    return undefined;
  }
}

/** Named after its minute, so that none is started twice for one. */
function make({ objects, record }: Tools, cron: CronJob, due: number): Job {
  const { namespace, name } = keyOf(cron);
  const jobName = `${name}-${Math.floor(due / 60_000)}`;
  const known = objects.get<Job>(JOBS, namespace, jobName);
  if (known) return known;
  const { metadata, spec } = cron.spec?.jobTemplate ?? {};
  const scheduled = { 'batch.kubernetes.io/cronjob-scheduled-timestamp': seconds(new Date(due)) };
  const job = objects.create<Job>(JOBS, namespace, {
    metadata: {
      name: jobName,
      ...(metadata?.labels ? { labels: metadata.labels } : {}),
      annotations: { ...metadata?.annotations, ...scheduled },
      ownerReferences: [controllerReference(cron)],
    },
    spec,
  });
  record(cron, 'Normal', 'SuccessfulCreate', `Created job ${jobName}`);
  return job;
}

function unmake({ objects, record }: Tools, cron: CronJob, job: Job): void {
  objects.delete(JOBS, job, undefined, 'Background');
  record(cron, 'Normal', 'SuccessfulDelete', `Deleted job ${job.metadata.name}`);
}
