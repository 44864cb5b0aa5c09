import { seconds } from '../../api/objects/prepare.ts';
import type { CronJob, Job } from '../objects.ts';
import type { Schedule } from './schedule.ts';

type Status = NonNullable<CronJob['status']>;
type Told = readonly ['Normal' | 'Warning', reason: string, message: string];

/** What is to be done for a CronJob now, and what it tells of itself. */
export interface CronDecision {
  /** the time that a Job is due for, in ms since the epoch */
  readonly start?: number;
  /** Jobs that go: of the history, or those that the new one replaces */
  readonly remove: readonly Job[];
  readonly status: Status;
  readonly told: readonly Told[];
  /** ms until the next time */
  readonly again?: number;
}

/** ms after a time, so that a clock that is a little behind does not miss it (pkg/controller/cronjob) */
const SLACK = 100;

/** The rules of pkg/controller/cronjob. Pure. @param now ms since the epoch */
export function decideCron(
  cron: CronJob,
  jobs: readonly Job[],
  schedule: Schedule,
  now: number,
): CronDecision {
  const { status, told } = afterEnds(cron, jobs);
  const history = tooOld(cron, jobs);
  if (cron.spec?.suspend) return { remove: history, status, told };
  const next = schedule.after(now);
  const again = next === undefined ? {} : { again: next - now + SLACK };
  const due = lastDue(cron, schedule, now);
  if (due === undefined) return { remove: history, status, told, ...again };
  const { startingDeadlineSeconds: deadline, concurrencyPolicy } = cron.spec ?? {};
  if (deadline !== undefined && due + deadline * 1000 < now) {
    const time = new Date(due).toUTCString().replace('GMT', '+0000');
    const missed: Told = ['Warning', 'MissSchedule', `Missed scheduled time to start a job: ${time}`];
    return { remove: history, status, told: [...told, missed], ...again };
  }
  const running = jobs.filter((job) => status.active?.some(({ uid }) => uid === job.metadata.uid));
  if (concurrencyPolicy === 'Forbid' && running.length > 0)
    return { remove: history, status, told: [...told, ALREADY], ...again };
  const replaced = concurrencyPolicy === 'Replace' ? running : [];
  return { start: due, remove: [...history, ...replaced], status, told, ...again };
}

const ALREADY: Told = [
  'Normal',
  'JobAlreadyActive',
  'Not starting job because prior execution is running and concurrency policy is Forbid',
];

/** The newest time that has come since the last one that was kept. */
function lastDue({ metadata, status }: CronJob, schedule: Schedule, now: number): number | undefined {
  const since = Date.parse(status?.lastScheduleTime ?? metadata.creationTimestamp);
  let due: number | undefined;
  for (let next = schedule.after(since); next !== undefined && next <= now; next = schedule.after(next))
    due = next;
  return due;
}

/** Jobs that have ended are not active any more. */
function afterEnds({ status = {} }: CronJob, jobs: readonly Job[]): Pick<CronDecision, 'status' | 'told'> {
  const { active = [], ...rest } = status;
  const jobOf = (uid: string | undefined) => jobs.find(({ metadata }) => metadata.uid === uid);
  const ended = active.flatMap(({ uid }) => {
    const job = jobOf(uid);
    return job && endOf(job) ? [job] : [];
  });
  const left = active.filter(({ uid }) => {
    const job = jobOf(uid);
    return job !== undefined && endOf(job) === undefined;
  });
  const times = jobs.flatMap(({ status: is }) => is?.completionTime ?? []).sort();
  const last = times.at(-1) ?? rest.lastSuccessfulTime;
  return {
    status: {
      ...rest,
      ...(left.length > 0 ? { active: left } : {}),
      ...(last === undefined ? {} : { lastSuccessfulTime: last }),
    },
    told: ended.map((job) => {
      const message = `Saw completed job: ${job.metadata.name}, condition: ${endOf(job)}`;
      return ['Normal', 'SawCompletedJob', message];
    }),
  };
}

/** Pure. */
function endOf({ status }: Job): 'Complete' | 'Failed' | undefined {
  const found = status?.conditions?.find(
    ({ type, status: on }) => (type === 'Complete' || type === 'Failed') && on === 'True',
  );
  return found?.type as 'Complete' | 'Failed' | undefined;
}

function tooOld({ spec }: CronJob, jobs: readonly Job[]): readonly Job[] {
  const { successfulJobsHistoryLimit: good = 3, failedJobsHistoryLimit: bad = 1 } = spec ?? {};
  const beyond = (end: 'Complete' | 'Failed', limit: number) => {
    const ended = jobs.filter((job) => endOf(job) === end).toSorted((a, b) => startOf(a) - startOf(b));
    return ended.slice(0, Math.max(0, ended.length - limit));
  };
  return [...beyond('Complete', good), ...beyond('Failed', bad)];
}

function startOf({ metadata, status }: Job): number {
  return Date.parse(status?.startTime ?? metadata.creationTimestamp);
}

/** The status once a Job was started. Pure. @param due ms since the epoch */
export function withStarted(status: Status, job: Job, due: number): Status {
  const { name, namespace, uid, resourceVersion } = job.metadata;
  const reference = { apiVersion: job.apiVersion, kind: job.kind, name, uid, resourceVersion };
  const active = [
    ...(status.active ?? []),
    { ...reference, ...(namespace === undefined ? {} : { namespace }) },
  ];
  return { ...status, active, lastScheduleTime: seconds(new Date(due)) };
}
