import type { Job } from '../objects.ts';
import { type JobCounts, restartsOf } from './job-counts.ts';

/** How a Job ends. */
export interface Verdict {
  readonly type: 'Complete' | 'Failed';
  /** the condition that says so while its last pods are being stopped */
  readonly before: 'SuccessCriteriaMet' | 'FailureTarget';
  readonly reason: string;
  readonly message: string;
  readonly told: readonly ['Normal' | 'Warning', reason: string, message: string];
}

/** Whether a Job has what it wants, or cannot get it any more. Pure. @param started, now ms since the epoch */
export function verdictOf(job: Job, counts: JobCounts, started: number, now: number): Verdict | undefined {
  const known = job.status?.conditions?.find(({ type }) => type === 'FailureTarget');
  if (known) return failure(known.reason ?? '', known.message ?? '');
  const { completions, activeDeadlineSeconds } = job.spec ?? {};
  const { succeeded, active } = counts;
  if (completions === undefined ? succeeded > 0 && active.length === 0 : succeeded >= completions)
    return SUCCESS;
  if (hasFailedTooOften(job, counts))
    return failure('BackoffLimitExceeded', 'Job has reached the specified backoff limit');
  if (activeDeadlineSeconds !== undefined && now >= started + activeDeadlineSeconds * 1000)
    return failure('DeadlineExceeded', 'Job was active longer than specified deadline');
  return undefined;
}

const SUCCESS: Verdict = {
  ...{ type: 'Complete', before: 'SuccessCriteriaMet' },
  ...{ reason: 'CompletionsReached', message: 'Reached expected number of succeeded pods' },
  told: ['Normal', 'Completed', 'Job completed'],
};

function failure(reason: string, message: string): Verdict {
  return {
    ...{ type: 'Failed', before: 'FailureTarget', reason, message },
    told: ['Warning', reason, message],
  };
}

/** Where containers are started again in their pod, that counts as well. */
function hasFailedTooOften({ spec }: Job, { failed, active }: JobCounts): boolean {
  const limit = spec?.backoffLimit ?? 6;
  if (failed > limit) return true;
  const restarts = spec?.template.spec?.restartPolicy === 'OnFailure' ? restartsOf(active) : 0;
  return limit === 0 ? restarts > 0 : restarts >= limit;
}
