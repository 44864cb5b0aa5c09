import { expect, test } from 'vitest';
import type { ContainerView } from '../../../../src/sandbox/kubelet/decide.ts';
import type { ContainerStatus, Pod } from '../../../../src/sandbox/kubelet/objects.ts';
import { podStatus } from '../../../../src/sandbox/kubelet/status/pod-status.ts';

const ended = (exitCode: number) => ({ terminated: { exitCode } });
type Told = readonly [view: Partial<ContainerView>, status: Partial<ContainerStatus>];
const fresh: Told = [{ is: 'new' }, { state: { waiting: { reason: 'ContainerCreating' } } }];
const runs: Told = [
  { is: 'running', started: true },
  { state: { running: {} }, ready: true },
];
const unready: Told = [{ is: 'running', started: true }, { state: { running: {} } }];
const well: Told = [{ is: 'ended', exitCode: 0 }, { state: ended(0) }];
const badly: Told = [{ is: 'ended', exitCode: 1 }, { state: ended(1) }];
const crashing: Told = [
  { is: 'ended', exitCode: 1 },
  { state: { waiting: {} }, lastState: ended(1) },
];

function statusOf(told: readonly Told[], policy = 'Always', over: object = {}, inits: readonly Told[] = []) {
  const pod = {
    metadata: { name: 'web', namespace: 'shop', uid: 'u', generation: 2, ...over },
    spec: { restartPolicy: policy, containers: [] },
    status: { conditions: [{ type: 'PodScheduled', status: 'True' }] },
  } as unknown as Pod;
  const all = [...inits.map((one) => ['init', one] as const), ...told.map((one) => ['main', one] as const)];
  const views = all.map(([role, [view]], index) => ({
    ...{ name: `c${index}`, role, started: false, outdated: false, notBefore: 0, is: 'new' as const },
    ...view,
  }));
  const statuses = new Map(
    all.map(([, [, status]], index) => [
      `c${index}`,
      { name: `c${index}`, ready: false, ...status } as ContainerStatus,
    ]),
  );
  return podStatus(pod, {
    views,
    statuses,
    isMounted: true,
    address: '127.32.0.1',
    hostAddress: '127.0.0.1',
    now: '2026-01-01T00:00:00Z',
  });
}

test.each([
  [
    'nothing has started',
    [fresh],
    'Always',
    {},
    'Pending',
    'False ContainersNotReady containers with unready status: [c0]',
  ],
  ['all run and are ready', [runs], 'Always', {}, 'Running', 'True undefined undefined'],
  [
    'one is not ready',
    [runs, unready],
    'Always',
    {},
    'Running',
    'False ContainersNotReady containers with unready status: [c1]',
  ],
  [
    'one has not started',
    [runs, fresh],
    'Always',
    {},
    'Pending',
    'False ContainersNotReady containers with unready status: [c1]',
  ],
  [
    'one crashes again and again',
    [crashing],
    'Always',
    {},
    'Running',
    'False ContainersNotReady containers with unready status: [c0]',
  ],
  ['all ended well', [well, well], 'Never', {}, 'Succeeded', 'False PodCompleted undefined'],
  ['one failed', [well, badly], 'Never', {}, 'Failed', 'False PodFailed undefined'],
  [
    'one failed and is tried again',
    [well, badly],
    'OnFailure',
    {},
    'Running',
    'False ContainersNotReady containers with unready status: [c0 c1]',
  ],
  [
    'it is deleted and over',
    [badly],
    'Always',
    { deletionTimestamp: 'x' },
    'Failed',
    'False PodFailed undefined',
  ],
  [
    'it is deleted and not yet over',
    [runs],
    'Always',
    { deletionTimestamp: 'x' },
    'Running',
    'True undefined undefined',
  ],
] as const)('%s', (_, told, policy, over, phase, ready) => {
  const status = statusOf(told, policy, over);
  const condition = status.conditions?.find(({ type }) => type === 'Ready');
  expect(status.phase).toBe(phase);
  expect(`${condition?.status} ${condition?.reason} ${condition?.message}`).toBe(ready);
});

test('what others told of the pod stays, and a condition keeps its time while it stays the same', () => {
  const { conditions = [], podIP, observedGeneration } = statusOf([runs]);
  expect({ podIP, observedGeneration }).toEqual({ podIP: '127.32.0.1', observedGeneration: 2 });
  expect(conditions.map(({ type }) => type)).toEqual([
    ...['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady', 'PodScheduled'],
  ]);
});

test('init containers that are not done are named', () => {
  const { conditions, phase } = statusOf([fresh], 'Always', {}, [badly]);
  expect(phase).toBe('Pending');
  expect(conditions?.find(({ type }) => type === 'Initialized')).toMatchObject({
    ...{ status: 'False', reason: 'ContainersNotInitialized' },
    message: 'containers with incomplete status: [c0]',
  });
});
