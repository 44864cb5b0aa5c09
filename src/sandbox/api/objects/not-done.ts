import { isMap } from '../schema/check-fields.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Fields of a Job that decide when it fails or is complete, which the sandbox does not look at. */
const JOB = ['podFailurePolicy', 'successPolicy', 'backoffLimitPerIndex', 'maxFailedIndexes'];

/** The first thing that an object asks for and that the sandbox would have to pretend: none is taken with it. Pure. */
export function notDone({ kind, spec }: Fields): string | undefined {
  if (!isMap(spec)) return undefined;
  const job = kind === 'CronJob' && isMap(spec.jobTemplate) ? spec.jobTemplate.spec : spec;
  if ((kind !== 'Job' && kind !== 'CronJob') || !isMap(job)) return undefined;
  const field = JOB.find((name) => job[name] !== undefined);
  const path = kind === 'Job' ? 'spec' : 'spec.jobTemplate.spec';
  return field === undefined ? undefined : `${path}.${field} of a ${kind}`;
}
