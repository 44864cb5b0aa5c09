import { seconds } from '../../api/objects/prepare.ts';
import type { Job, Pod } from '../objects.ts';
import { isFinished } from '../pod-state.ts';
import { indexOf, parseIndexes, printIndexes } from './indexes.ts';
import { countPods, endedAt, type JobCounts } from './job-counts.ts';
import { verdictOf } from './job-verdict.ts';

type Status = NonNullable<Job['status']>;
type Condition = NonNullable<Status['conditions']>[number];

/** What is to be done for a Job now, and what it tells of itself then. */
export interface JobDecision {
  /** the index of each pod that is missing; undefined where pods have none */
  readonly create: readonly (number | undefined)[];
  readonly remove: readonly Pod[];
  readonly status: Status;
  readonly told: readonly (readonly ['Normal' | 'Warning', reason: string, message: string])[];
  /** uids of the pods that are counted in the status */
  readonly seen: ReadonlySet<string>;
  /** ms until something is due though nothing changes */
  readonly again?: number;
}

/** ms until a pod follows one that failed; doubled for each more, up to ten minutes (pkg/controller/job) */
const BACKOFF = 10_000;
const LONGEST = 600_000;

/** The rules of pkg/controller/job. Pure. @param now ms since the epoch @param seen of the decision before */
export function decideJob(
  job: Job,
  pods: readonly Pod[],
  seen: ReadonlySet<string>,
  now: number,
): JobDecision {
  const counts = countPods(job, pods, seen);
  const { conditions = [], startTime } = job.status ?? {};
  if (conditions.some(({ type, status }) => /^(Complete|Failed)$/.test(type) && status === 'True'))
    return { ...NOTHING, remove: counts.active, status: job.status as Status, seen: counts.seen };
  const at = seconds(new Date(now));
  if (job.spec?.suspend) return suspended(job, counts, at);
  const started = startTime ?? at;
  const status = statusOf(job, pods, counts, { ...(job.status ?? {}), startTime: started });
  const resumed = conditionsWith(conditions, resumedIf(conditions, at));
  const verdict = verdictOf(job, counts, Date.parse(started), now);
  if (verdict) {
    // It has ended when the last of its pods has.
    const isOver = pods.every(isFinished);
    const types = [verdict.before, ...(isOver ? [verdict.type] : [])];
    const next = types.map((type) => conditionOf(type, 'True', verdict, at));
    const isDone = isOver && verdict.type === 'Complete';
    return {
      ...{ ...NOTHING, remove: counts.active, seen: counts.seen },
      status: {
        ...{ ...status, conditions: conditionsWith(resumed, next) },
        ...(isDone ? { completionTime: at } : {}),
      } as Status,
      told: isOver ? [verdict.told] : [],
    };
  }
  return { ...scaled(job, pods, counts, now), status: withConditions(status, resumed), seen: counts.seen };
}

const NOTHING = { create: [], remove: [], told: [] } as const;

function suspended(job: Job, counts: JobCounts, at: string): JobDecision {
  const known = job.status?.conditions ?? [];
  const isNew = !known.some(({ type, status }) => type === 'Suspended' && status === 'True');
  const condition = conditionOf(
    'Suspended',
    'True',
    { reason: 'JobSuspended', message: 'Job suspended' },
    at,
  );
  const { startTime: _, ...status } = statusOf(job, [], counts, job.status ?? {});
  return {
    ...{ ...NOTHING, remove: counts.active, seen: counts.seen },
    status: withConditions(status, isNew ? conditionsWith(known, [condition]) : known),
    told: isNew ? [['Normal', 'Suspended', 'Job suspended']] : [],
  };
}

function resumedIf(known: readonly Condition[], at: string): readonly Condition[] {
  const was = known.some(({ type, status }) => type === 'Suspended' && status === 'True');
  return was ? [conditionOf('Suspended', 'False', { reason: 'JobResumed', message: 'Job resumed' }, at)] : [];
}

/** How many pods are missing or too many, once the wait after a failure is over. */
function scaled(
  job: Job,
  pods: readonly Pod[],
  counts: JobCounts,
  now: number,
): Pick<JobDecision, 'create' | 'remove' | 'told' | 'again'> {
  const { parallelism = 1, completions } = job.spec ?? {};
  const { active, succeeded, terminating } = counts;
  const open = completions === undefined ? (succeeded > 0 ? 0 : parallelism) : completions - succeeded;
  const waitsForEnds = job.spec?.podReplacementPolicy === 'Failed' ? terminating : 0;
  // Without a number of completions, pods that run on when one has succeeded are let run.
  const wanted = completions === undefined && succeeded > 0 ? active.length : Math.min(parallelism, open);
  const missing = wanted - active.length - waitsForEnds;
  const deadline = untilDeadline(job, now);
  if (missing <= 0) return { ...NOTHING, remove: active.slice(wanted), ...deadline };
  const wait = backoff(pods, now);
  if (wait > 0) return { ...NOTHING, again: Math.min(wait, deadline.again ?? wait) };
  const create =
    job.spec?.completionMode === 'Indexed'
      ? freeIndexes(job, pods, active).slice(0, missing)
      : Array.from({ length: missing }, () => undefined);
  return { ...NOTHING, create, ...deadline };
}

function untilDeadline({ spec, status }: Job, now: number): { again?: number } {
  if (spec?.activeDeadlineSeconds === undefined) return {};
  const since = status?.startTime === undefined ? now : Date.parse(status.startTime);
  return { again: Math.max(0, since + spec.activeDeadlineSeconds * 1000 - now) };
}

/** ms to wait for a new pod, by how many failed since the last that succeeded. */
function backoff(pods: readonly Pod[], now: number): number {
  const ended = pods.filter(isFinished).toSorted((a, b) => endedAt(b) - endedAt(a));
  const success = ended.findIndex(({ status }) => status?.phase === 'Succeeded');
  const failures = success >= 0 ? ended.slice(0, success) : ended;
  const [last] = failures;
  if (!last) return 0;
  return endedAt(last) + Math.min(BACKOFF * 2 ** (failures.length - 1), LONGEST) - now;
}

function freeIndexes({ spec }: Job, pods: readonly Pod[], active: readonly Pod[]): readonly number[] {
  const taken = new Set(
    [...active, ...pods.filter(({ status }) => status?.phase === 'Succeeded')].map(indexOf),
  );
  return Array.from({ length: spec?.completions ?? 0 }, (_, index) => index).filter(
    (index) => !taken.has(index),
  );
}

function statusOf(job: Job, pods: readonly Pod[], counts: JobCounts, known: Partial<Status>): Status {
  const { active, ready, terminating, succeeded, failed } = counts;
  const { active: _, ...kept } = known;
  const done = pods.filter(({ status }) => status?.phase === 'Succeeded').map(indexOf);
  const indexes = printIndexes([...parseIndexes(known.completedIndexes), ...done]);
  return {
    ...kept,
    ...(active.length > 0 ? { active: active.length } : {}),
    ...(succeeded > 0 ? { succeeded } : {}),
    ...(failed > 0 ? { failed } : {}),
    ...(job.spec?.completionMode === 'Indexed' ? { completedIndexes: indexes } : {}),
    ...{ ready, terminating, uncountedTerminatedPods: {} },
  };
}

function withConditions(status: Status, conditions: readonly Condition[]): Status {
  return conditions.length > 0 ? { ...status, conditions } : status;
}

function conditionsWith(known: readonly Condition[], next: readonly Condition[]): readonly Condition[] {
  const types = new Set(next.map(({ type }) => type));
  const before = (type: string) => known.find((one) => one.type === type);
  const kept = next.map((one) => (before(one.type)?.status === one.status ? (before(one.type) ?? one) : one));
  return [...known.filter(({ type }) => !types.has(type)), ...kept];
}

function conditionOf(
  type: string,
  status: string,
  { reason, message }: { readonly reason: string; readonly message: string },
  at: string,
): Condition {
  return { type, status, reason, message, lastProbeTime: at, lastTransitionTime: at };
}
