import { describe, expect, it } from 'vitest';
import type { Pod, ReplicaSet } from '../../../../src/sandbox/controllers/objects.ts';
import { replicaSetStatus, scaling } from '../../../../src/sandbox/controllers/replica-sets.ts';

const NOW = Date.parse('2026-01-01T01:00:00Z');

interface Life {
  readonly phase?: string;
  readonly ready?: boolean;
  /** minutes after midnight */
  readonly made?: number;
  readonly readyAt?: number;
  readonly node?: string | null;
  readonly restarts?: number;
  readonly cost?: string;
  readonly going?: boolean;
}

const at = (minute: number) => new Date(Date.parse('2026-01-01T00:00:00Z') + minute * 60_000).toISOString();

const pod = (name: string, life: Life = {}): Pod => {
  const { phase = 'Running', ready = true, made = 0, readyAt = 0, node = 'sandbox', restarts = 0 } = life;
  const cost = life.cost === undefined ? {} : { 'controller.kubernetes.io/pod-deletion-cost': life.cost };
  return {
    metadata: {
      ...{ name, creationTimestamp: at(made), labels: { app: 'web' }, annotations: cost },
      ...(life.going ? { deletionTimestamp: at(30) } : {}),
    },
    spec: node === null ? {} : { nodeName: node },
    status: {
      phase,
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False', lastTransitionTime: at(readyAt) }],
      containerStatuses: [{ restartCount: restarts }],
    },
  } as unknown as Pod;
};

const set = (replicas: number, spec: object = {}): ReplicaSet =>
  ({
    metadata: { name: 'web', generation: 3 },
    spec: { replicas, template: { metadata: { labels: { app: 'web' } } }, ...spec },
  }) as unknown as ReplicaSet;

describe('the number of pods', () => {
  it.each([
    { replicas: 3, pods: [], create: 3 },
    { replicas: 3, pods: [pod('a'), pod('b', { going: true })], create: 2 },
    { replicas: 2, pods: [pod('a'), pod('b', { phase: 'Failed' })], create: 1 },
    { replicas: 1, pods: [pod('a')], create: 0 },
  ])('is brought to $replicas by $create more', ({ replicas, pods, create }) => {
    expect(scaling(set(replicas), pods)).toEqual({ create, remove: [] });
  });

  it.each<{ why: string; worse: Life; better: Life }>([
    { why: 'is on no node', worse: { node: null, made: 0 }, better: { phase: 'Pending', made: 9 } },
    { why: 'has not started', worse: { phase: 'Pending' }, better: { ready: false, made: 9 } },
    { why: 'is not ready', worse: { ready: false }, better: { cost: '-9', made: 9 } },
    { why: 'costs less', worse: { cost: '-1' }, better: { restarts: 9, made: 9 } },
    { why: 'restarted more often', worse: { restarts: 2 }, better: { restarts: 1, made: 9 } },
    { why: 'is younger', worse: { made: 9 }, better: { made: 1 } },
  ])('is lessened by the one that $why', ({ worse, better }) => {
    const [bad, good] = [pod('bad', worse), pod('good', better)];
    expect(scaling(set(1), [good, bad])).toEqual({ create: 0, remove: [bad] });
    expect(scaling(set(1), [bad, good])).toEqual({ create: 0, remove: [bad] });
  });
});

describe('the status', () => {
  it('counts those that run, are ready, and have been so for long enough', () => {
    const pods = [
      pod('old', { readyAt: 0 }),
      pod('fresh', { readyAt: 59.9 }),
      pod('sick', { ready: false }),
      pod('going', { going: true }),
      pod('over', { phase: 'Succeeded' }),
    ];
    expect(replicaSetStatus(set(3, { minReadySeconds: 60 }), pods, NOW)).toEqual({
      ...{ replicas: 3, fullyLabeledReplicas: 3, readyReplicas: 2, availableReplicas: 1 },
      ...{ terminatingReplicas: 1, observedGeneration: 3 },
    });
  });

  it('leaves out what is zero, and tells why a pod could not be made', () => {
    expect(replicaSetStatus(set(1), [], NOW, { message: 'no room' })).toEqual({
      ...{ replicas: 0, terminatingReplicas: 0, observedGeneration: 3 },
      conditions: [
        {
          ...{ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: 'no room' },
          lastTransitionTime: '2026-01-01T01:00:00Z',
        },
      ],
    });
  });
});
