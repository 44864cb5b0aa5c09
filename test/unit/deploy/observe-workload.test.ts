import { describe, expect, it } from 'vitest';
import { observeWorkload } from '../../../src/deploy/observe-workload.ts';
import type { WorkloadKind } from '../../../src/deploy/rollout-status.ts';

/** A workload of generation 2 whose controller has seen it. */
function observe(kind: WorkloadKind, spec: object, status: object = {}, generation = 2) {
  const object = {
    metadata: { name: 'web', namespace: 'shop', generation },
    spec,
    status: { observedGeneration: 2, ...status },
  };
  const { rollout, reason } = observeWorkload(kind, object, 'shop');
  return [rollout, reason];
}

const done = { replicas: 3, updatedReplicas: 3, readyReplicas: 3, availableReplicas: 3 };
const late = { conditions: [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }] };
const quota = {
  conditions: [
    { type: 'ReplicaFailure', status: 'True', message: 'pods "web" is forbidden: exceeded quota' },
  ],
};

describe('observeWorkload', () => {
  it('gives key, app, counts and every image of the pod template', () => {
    const template = {
      spec: {
        initContainers: [{ name: 'i', image: 'init:1' }],
        containers: [{ name: 'a', image: 'a:1' }, { name: 'b' }],
      },
    };
    const metadata = { name: 'web', namespace: 'shop', labels: { 'rockpool.dev/app': 'shop' } };
    const status = { observedGeneration: 1, replicas: 2, updatedReplicas: 2, readyReplicas: 1 };
    expect(
      observeWorkload('Deployment', { metadata, spec: { replicas: 2, template }, status }, 'shop'),
    ).toEqual({
      key: 'Deployment/shop/web',
      mine: true,
      rollout: 'progressing',
      reason: '0 of 2 updated pods available',
      desired: 2,
      updated: 2,
      ready: 1,
      images: ['init:1', 'a:1'],
    });
  });

  it('finds the images of a CronJob', () => {
    const spec = { jobTemplate: { spec: { template: { spec: { containers: [{ image: 'backup:1' }] } } } } };
    expect(observeWorkload('CronJob', { spec }, 'shop')).toMatchObject({ images: ['backup:1'], mine: false });
  });
});

describe('the rollout of a Deployment', () => {
  it.each([
    ['its controller has not seen it', 3, {}, done, 'progressing', 'waiting for its controller'],
    ['it is new', 2, {}, { observedGeneration: undefined }, 'progressing', 'waiting for its controller'],
    ['pods are missing', 2, {}, { replicas: 3, updatedReplicas: 1 }, 'progressing', '1 of 3 pods updated'],
    ['old pods still run', 2, {}, { ...done, replicas: 4 }, 'progressing', '1 old pod to end'],
    [
      'pods are not available',
      2,
      {},
      { ...done, availableReplicas: 2 },
      'progressing',
      '2 of 3 updated pods available',
    ],
    ['all is done', 2, {}, done, 'complete', undefined],
    ['it takes too long', 2, {}, { ...done, ...late }, 'failed', 'exceeded its progress deadline'],
    ['it is scaled to zero', 2, { replicas: 0 }, {}, 'complete', undefined],
    [
      'it is paused half way',
      2,
      { paused: true },
      { replicas: 3, updatedReplicas: 1 },
      'suspended',
      'paused: 1 of 3 pods updated',
    ],
    ['it is paused and done', 2, { paused: true }, done, 'complete', undefined],
    [
      'pods cannot be made',
      2,
      {},
      quota,
      'progressing',
      '0 of 3 pods updated: pods "web" is forbidden: exceeded quota',
    ],
  ])('when %s', (_, generation, spec, status, rollout, reason) => {
    expect(observe('Deployment', { replicas: 3, ...spec }, status, generation)).toEqual([rollout, reason]);
  });

  it('takes one replica for the default', () => {
    expect(observe('Deployment', {}, { updatedReplicas: 0 })).toEqual(['progressing', '0 of 1 pods updated']);
  });
});

describe('the rollout of a StatefulSet', () => {
  const rolling = (partition: number) => ({
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition } },
  });
  it.each([
    [
      'pods are not ready',
      rolling(0),
      { readyReplicas: 2, updatedReplicas: 3 },
      'progressing',
      '2 of 3 pods ready',
    ],
    [
      'pods are old',
      rolling(0),
      { readyReplicas: 3, updatedReplicas: 1 },
      'progressing',
      '1 of 3 pods updated',
    ],
    ['all is done', rolling(0), done, 'complete', undefined],
    [
      'a partition keeps some back',
      rolling(2),
      { readyReplicas: 3, updatedReplicas: 1 },
      'complete',
      '2 pods kept back by the partition',
    ],
    [
      'a partition is not reached',
      rolling(2),
      { readyReplicas: 3, updatedReplicas: 0 },
      'progressing',
      '0 of 1 pods updated',
    ],
    [
      'a partition keeps all back',
      rolling(9),
      { readyReplicas: 3, updatedReplicas: 0 },
      'complete',
      '3 pods kept back by the partition',
    ],
    [
      'it updates on deletion only',
      { updateStrategy: { type: 'OnDelete' } },
      { readyReplicas: 3, updatedReplicas: 1, updateRevision: 'b', currentRevision: 'a' },
      'complete',
      'pods are updated when they are deleted (OnDelete)',
    ],
    [
      'it updates on deletion and nothing waits',
      { updateStrategy: { type: 'OnDelete' } },
      { ...done, updateRevision: 'a', currentRevision: 'a' },
      'complete',
      undefined,
    ],
  ])('when %s', (_, spec, status, rollout, reason) => {
    expect(observe('StatefulSet', { replicas: 3, ...spec }, status)).toEqual([rollout, reason]);
  });
});

describe('the rollout of a DaemonSet', () => {
  const status = { desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberAvailable: 2, numberReady: 2 };
  it.each([
    ['pods are old', {}, { ...status, updatedNumberScheduled: 1 }, 'progressing', '1 of 2 pods updated'],
    ['pods are not available', {}, { ...status, numberAvailable: 0 }, 'progressing', '0 of 2 pods available'],
    ['all is done', {}, status, 'complete', undefined],
    ['no node wants it', {}, { desiredNumberScheduled: 0 }, 'complete', undefined],
    [
      'it updates on deletion only',
      { updateStrategy: { type: 'OnDelete' } },
      { ...status, updatedNumberScheduled: 0 },
      'complete',
      'pods are updated when they are deleted (OnDelete)',
    ],
  ])('when %s', (_, spec, status, rollout, reason) => {
    expect(observe('DaemonSet', spec, status)).toEqual([rollout, reason]);
  });
});

describe('the rollout of other kinds', () => {
  const condition = (type: string, message?: string) => ({ conditions: [{ type, status: 'True', message }] });
  it.each([
    [
      'ReplicaSet',
      { replicas: 2 },
      { replicas: 2, availableReplicas: 1 },
      'progressing',
      '1 of 2 pods available',
    ],
    ['ReplicaSet', { replicas: 2 }, { replicas: 2, availableReplicas: 2 }, 'complete', undefined],
    ['ReplicaSet', { replicas: 0 }, { replicas: 1, availableReplicas: 1 }, 'progressing', '1 pod to end'],
    ['Job', {}, { active: 1 }, 'progressing', '0 of 1 completed'],
    ['Job', { completions: 3 }, { succeeded: 3, ...condition('Complete') }, 'complete', undefined],
    [
      'Job',
      {},
      condition('Failed', 'Job has reached the specified backoff limit'),
      'failed',
      'Job has reached the specified backoff limit',
    ],
    ['Job', { suspend: true }, {}, 'suspended', 'suspended'],
    ['CronJob', { schedule: '* * * * *' }, { active: [{}] }, 'complete', 'scheduled * * * * *, 1 running'],
    ['CronJob', { suspend: true }, {}, 'suspended', 'suspended'],
  ] as const)('%s %o %o is %s', (kind, spec, status, rollout, reason) => {
    expect(observe(kind, spec, status)).toEqual([rollout, reason]);
  });
});
