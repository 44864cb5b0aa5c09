import { expect, it } from 'vitest';
import { notDone } from '../../../src/sandbox/api/objects/not-done.ts';

it.each([
  [{ kind: 'Job', spec: { backoffLimit: 1 } }, undefined],
  [{ kind: 'Job', spec: { podFailurePolicy: { rules: [] } } }, 'spec.podFailurePolicy of a Job'],
  [
    { kind: 'CronJob', spec: { jobTemplate: { spec: { backoffLimitPerIndex: 1 } } } },
    'spec.jobTemplate.spec.backoffLimitPerIndex of a CronJob',
  ],
  [{ kind: 'ConfigMap', data: { podFailurePolicy: 'x' } }, undefined],
])('of %o: %s', (object, what) => {
  expect(notDone(object)).toBe(what);
});
