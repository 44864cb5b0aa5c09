import { afterEach, describe, expect, it } from 'vitest';
import { rolloutOf } from '../../../../src/deploy/rollout-status.ts';
import { parseIndexes, printIndexes } from '../../../../src/sandbox/controllers/batch/indexes.ts';
import { JOBS, type Job, PODS, type Pod } from '../../../../src/sandbox/controllers/objects.ts';
import { type SandboxCluster, startSandboxCluster, withStatus } from '../../../support/sandbox-cluster.ts';

let cluster: SandboxCluster;
afterEach(() => {
  expect(cluster.bugs).toEqual([]);
  cluster.close();
});

const create = (spec: object = {}, restartPolicy = 'Never'): void => {
  cluster = startSandboxCluster();
  cluster.objects.create(JOBS, 'default', {
    metadata: { name: 'once' },
    spec: { template: { spec: { restartPolicy, containers: [{ name: 'c', image: 'a:1' }] } }, ...spec },
  });
  cluster.run();
};
const job = () => cluster.objects.get<Job>(JOBS, 'default', 'once')!;
const pods = () => cluster.objects.list<Pod>(PODS, 'default');
const running = () => pods().filter(({ status }) => status?.phase === 'Running');
const end = (phase: 'Succeeded' | 'Failed', [pod] = running()): void => {
  const finishedAt = new Date(cluster.clock.now()).toISOString();
  const containerStatuses = [{ restartCount: 0, state: { terminated: { finishedAt } } }];
  cluster.objects.updateStatus(PODS, withStatus(pod!, { phase, containerStatuses, conditions: [] }));
  cluster.run();
};
const conditions = () =>
  job().status?.conditions?.map(({ type, status, reason }) => `${type}=${status} ${reason}`);
const told = () => cluster.events().filter((line) => / once: /.test(line) && !line.includes('Created pod'));

it('runs a pod to its end', () => {
  create();
  expect(job().status).toMatchObject({ active: 1, ready: 1, startTime: '2026-01-01T00:00:00Z' });
  expect(rolloutOf('Job', job())).toMatchObject({ rollout: 'progressing', desired: 1 });
  end('Succeeded');
  expect(job().status).toEqual({
    ...{ succeeded: 1, ready: 0, terminating: 0, uncountedTerminatedPods: {} },
    ...{ startTime: '2026-01-01T00:00:00Z', completionTime: '2026-01-01T00:00:00Z' },
    conditions: ['SuccessCriteriaMet', 'Complete'].map((type) => ({
      ...{ type, status: 'True', reason: 'CompletionsReached' },
      message: 'Reached expected number of succeeded pods',
      ...{ lastProbeTime: '2026-01-01T00:00:00Z', lastTransitionTime: '2026-01-01T00:00:00Z' },
    })),
  });
  expect(told()).toEqual(['Normal Completed once: Job completed']);
  expect(rolloutOf('Job', job())).toMatchObject({ rollout: 'complete' });
});

it('tries again after ten seconds, twice as long each time, until it has failed too often', async () => {
  create({ backoffLimit: 2 });
  end('Failed');
  await cluster.pass(9_000);
  cluster.run();
  expect(running()).toHaveLength(0);
  await cluster.pass(1_000);
  cluster.run();
  expect(running()).toHaveLength(1);
  end('Failed');
  await cluster.pass(19_000);
  cluster.run();
  expect(running()).toHaveLength(0);
  await cluster.pass(1_000);
  cluster.run();
  end('Failed');
  expect(conditions()).toEqual([
    'FailureTarget=True BackoffLimitExceeded',
    'Failed=True BackoffLimitExceeded',
  ]);
  expect(job().status).toMatchObject({ failed: 3 });
  expect(rolloutOf('Job', job())).toMatchObject({
    ...{ rollout: 'failed', reason: 'Job has reached the specified backoff limit' },
  });
  expect(told()).toEqual(['Warning BackoffLimitExceeded once: Job has reached the specified backoff limit']);
  await cluster.pass(600_000);
  cluster.run();
  expect(pods()).toHaveLength(3);
});

it('runs as many at once as it may, until there are enough', () => {
  create({ completions: 3, parallelism: 2 });
  expect(running()).toHaveLength(2);
  end('Succeeded');
  expect(running()).toHaveLength(2);
  end('Succeeded');
  expect(running()).toHaveLength(1);
  end('Succeeded');
  expect(job().status).toMatchObject({ succeeded: 3 });
  expect(pods()).toHaveLength(3);
});

it('counts pods that have gone since', () => {
  create({ completions: 2 });
  end('Succeeded');
  cluster.objects.delete(PODS, pods().find(({ status }) => status?.phase === 'Succeeded')!);
  cluster.run();
  end('Succeeded');
  expect(job().status).toMatchObject({ succeeded: 2 });
});

it('without a number of completions ends with its last pod', () => {
  create({ parallelism: 2 });
  end('Succeeded');
  expect(running()).toHaveLength(1);
  expect(conditions()).toBeUndefined();
  end('Succeeded');
  expect(conditions()).toContain('Complete=True CompletionsReached');
});

it('counts restarts of containers where its pods are kept', () => {
  create({ backoffLimit: 2 }, 'OnFailure');
  const [pod] = running();
  cluster.objects.updateStatus(PODS, withStatus(pod!, { containerStatuses: [{ restartCount: 2 }] }));
  cluster.run();
  expect(conditions()).toContain('Failed=True BackoffLimitExceeded');
  expect(pods()).toEqual([]);
});

it('stops its pods at its deadline', async () => {
  create({ activeDeadlineSeconds: 30 });
  await cluster.pass(30_000);
  expect(pods().map(({ metadata }) => metadata.deletionTimestamp !== undefined)).toEqual([true]);
  expect(conditions()).toEqual(['FailureTarget=True DeadlineExceeded']);
  cluster.run();
  expect(conditions()).toEqual(['FailureTarget=True DeadlineExceeded', 'Failed=True DeadlineExceeded']);
});

it('gives each pod its index', () => {
  create({ completions: 3, parallelism: 2, completionMode: 'Indexed' });
  const indexes = () =>
    running()
      .map(({ spec }) => spec?.hostname)
      .sort();
  expect(indexes()).toEqual(['once-0', 'once-1']);
  expect(running()[0]?.spec?.containers[0]?.env).toEqual([
    {
      name: 'JOB_COMPLETION_INDEX',
      valueFrom: { fieldRef: { fieldPath: "metadata.labels['batch.kubernetes.io/job-completion-index']" } },
    },
  ]);
  end(
    'Succeeded',
    running().filter(({ spec }) => spec?.hostname === 'once-1'),
  );
  expect(indexes()).toEqual(['once-0', 'once-2']);
  expect(job().status?.completedIndexes).toBe('1');
  end('Succeeded');
  end('Succeeded');
  expect(job().status?.completedIndexes).toBe('0-2');
});

describe('a suspended Job', () => {
  it('has no pods until it is resumed, and none of them has failed', () => {
    create({ backoffLimit: 0 });
    cluster.objects.patch(JOBS, job(), { spec: { suspend: true } });
    cluster.run();
    expect(pods()).toEqual([]);
    expect(conditions()).toEqual(['Suspended=True JobSuspended']);
    expect(rolloutOf('Job', job())).toMatchObject({ rollout: 'suspended' });
    cluster.objects.patch(JOBS, job(), { spec: { suspend: false } });
    cluster.run();
    expect(running()).toHaveLength(1);
    expect(conditions()).toEqual(['Suspended=False JobResumed']);
    end('Succeeded');
    expect(conditions()).toContain('Complete=True CompletionsReached');
  });
});

it('goes with its pods when its time is over', async () => {
  create({ ttlSecondsAfterFinished: 60 });
  end('Succeeded');
  await cluster.pass(59_000);
  expect(job()).toBeDefined();
  await cluster.pass(1_000);
  cluster.run();
  expect(job()).toBeUndefined();
  expect(pods()).toEqual([]);
});

it.each([
  { text: '', indexes: [] },
  { text: '0', indexes: [0] },
  { text: '0-2,5', indexes: [0, 1, 2, 5] },
  { text: '1,3,4', indexes: [1, 3, 4] },
])('writes indexes as $text', ({ text, indexes }) => {
  expect(printIndexes(indexes.toReversed())).toBe(text);
  expect(parseIndexes(text)).toEqual(indexes);
});
