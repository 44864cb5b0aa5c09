import { describe, expect, it } from 'vitest';
import { observePod, type RawPod } from '../../../src/deploy/observe-pod.ts';

type Status = NonNullable<RawPod['status']>;
type ContainerStatus = NonNullable<Status['containerStatuses']>[number];

const hash = '64d9787b6f';
const owned = (kind: string, name: string) => ({
  ownerReferences: [
    { apiVersion: 'v1', kind: 'Other', name: 'other', uid: 'o' },
    { apiVersion: 'apps/v1', kind, name, uid: 'u', controller: true },
  ],
});

function pod(
  metadata: RawPod['metadata'] = {},
  status: Status = {},
  spec: Partial<NonNullable<RawPod['spec']>> = {},
): RawPod {
  return {
    metadata: {
      name: 'web-1',
      namespace: 'shop',
      uid: 'uid',
      creationTimestamp: '2026-11-21T10:00:00Z',
      ...metadata,
    },
    spec: { containers: [{ name: 'web', image: 'shop/web:1' }], ...spec },
    status,
  };
}

function container(
  state: ContainerStatus['state'],
  lastState?: ContainerStatus['lastState'],
  more: Partial<ContainerStatus> = {},
) {
  const status: ContainerStatus = {
    ...{ name: 'web', image: 'i', imageID: 'i', ready: false, restartCount: 0 },
    ...(state ? { state } : {}),
    ...(lastState ? { lastState } : {}),
    ...more,
  };
  return observePod(pod({}, { containerStatuses: [status] }), 'shop').containers[0];
}

const ended = (exitCode: number, reason: string, containerID = 'containerd://old') => ({
  terminated: { exitCode, reason, containerID },
});

describe('observePod', () => {
  it('gives what a session needs', () => {
    const labels = { app: 'web', 'rockpool.dev/app': 'shop' };
    const conditions = [{ type: 'Ready', status: 'True' }];
    expect(observePod(pod({ labels }, { phase: 'Running', conditions }), 'shop')).toEqual({
      namespace: 'shop',
      name: 'web-1',
      uid: 'uid',
      labels,
      mine: true,
      phase: 'Running',
      ready: true,
      deleting: false,
      createdAt: Date.UTC(2026, 10, 21, 10),
      containers: [
        {
          name: 'web',
          kind: 'app',
          image: 'shop/web:1',
          state: 'waiting',
          ready: false,
          restarts: 0,
          ports: {},
        },
      ],
    });
  });

  it.each([
    [{}, false],
    [{ 'rockpool.dev/app': 'another' }, false],
    [{ 'rockpool.dev/app': 'shop' }, true],
  ])('with labels %o is mine: %s', (labels, mine) => {
    expect(observePod(pod({ labels }), 'shop').mine).toBe(mine);
  });

  it.each([
    [
      'a ReplicaSet of a Deployment',
      owned('ReplicaSet', `web-${hash}`),
      { 'pod-template-hash': hash },
      'Deployment/shop/web',
    ],
    [
      'a Deployment whose name has dashes',
      owned('ReplicaSet', `web-api-${hash}`),
      { 'pod-template-hash': hash },
      'Deployment/shop/web-api',
    ],
    ['a bare ReplicaSet', owned('ReplicaSet', 'web-abc'), {}, 'ReplicaSet/shop/web-abc'],
    ['a StatefulSet', owned('StatefulSet', 'db'), {}, 'StatefulSet/shop/db'],
    ['a Job of a CronJob', owned('Job', 'backup-29920986'), {}, 'Job/shop/backup-29920986'],
    ['nobody', {}, {}, undefined],
  ])('belongs to the workload: %s', (_, references, labels, owner) => {
    expect(observePod(pod({ ...references, labels }), 'shop').owner).toBe(owner);
  });

  it('tells that it is being deleted', () => {
    expect(observePod(pod({ deletionTimestamp: '2026-11-21T10:00:00Z' }), 'shop').deleting).toBe(true);
  });

  it.each([
    [
      { reason: 'Evicted', message: 'The node was low on resource: memory.' },
      'Evicted',
      'The node was low on resource: memory.',
    ],
    [
      {
        conditions: [
          {
            type: 'PodScheduled',
            status: 'False',
            reason: 'Unschedulable',
            message: '0/1 nodes are available',
          },
        ],
      },
      'Unschedulable',
      '0/1 nodes are available',
    ],
    [{ conditions: [{ type: 'PodScheduled', status: 'True' }] }, undefined, undefined],
  ])('says why it does not run: %o', (status, reason, message) => {
    const observed = observePod(pod({}, status), 'shop');
    expect([observed.reason, observed.message]).toEqual([reason, message]);
  });

  it('takes a phase it does not know for Unknown', () => {
    expect(observePod(pod({}, { phase: 'Dancing' }), 'shop').phase).toBe('Unknown');
  });

  it('lists init, app and ephemeral containers with their named ports', () => {
    const spec = {
      initContainers: [{ name: 'wait', image: 'busybox' }],
      containers: [
        { name: 'web', image: 'w', ports: [{ name: 'http', containerPort: 8080 }, { containerPort: 9 }] },
      ],
      ephemeralContainers: [{ name: 'debugger', image: 'd' }],
    };
    const waiting = {
      name: 'wait',
      image: 'b',
      imageID: '',
      ready: true,
      restartCount: 2,
      state: { running: {} },
      containerID: 'containerd://w',
    };
    const observed = observePod(pod({}, { initContainerStatuses: [waiting] }, spec), 'shop');
    expect(observed.containers).toMatchObject([
      {
        name: 'wait',
        kind: 'init',
        state: 'running',
        containerId: 'containerd://w',
        ready: true,
        restarts: 2,
      },
      { name: 'web', kind: 'app', ports: { http: 8080 } },
      { name: 'debugger', kind: 'ephemeral' },
    ]);
  });
});

describe('the container instance whose log is read', () => {
  it.each([
    ['none before the first start', { waiting: { reason: 'ContainerCreating' } }, undefined, undefined],
    ['the running one', { running: {} }, ended(1, 'Error'), 'containerd://new'],
    ['the ended one', ended(0, 'Completed', 'containerd://new'), ended(1, 'Error'), 'containerd://new'],
    [
      'the one before, while it waits',
      { waiting: { reason: 'CrashLoopBackOff' } },
      ended(1, 'Error'),
      'containerd://old',
    ],
    [
      'the one before, when the next did not start',
      ended(128, 'StartError', ''),
      ended(1, 'Error'),
      'containerd://old',
    ],
    ['none when the first did not start', ended(128, 'StartError', ''), undefined, undefined],
  ])('is %s', (_, state, lastState, id) => {
    expect(container(state, lastState, { containerID: 'containerd://new' })?.containerId).toBe(id);
  });
});

describe('why a container does not run', () => {
  it.each([
    [
      'an image that cannot be pulled',
      { waiting: { reason: 'ImagePullBackOff', message: 'Back-off pulling' } },
      undefined,
      { state: 'waiting', reason: 'ImagePullBackOff', message: 'Back-off pulling' },
    ],
    ['a crash', ended(3, 'Error'), undefined, { state: 'terminated', reason: 'Error', exitCode: 3 }],
    [
      'too much memory',
      ended(137, 'OOMKilled'),
      undefined,
      { state: 'terminated', reason: 'OOMKilled', exitCode: 137 },
    ],
    [
      'a crash loop says how the last instance ended',
      { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 10s restarting' } },
      ended(137, 'OOMKilled'),
      { reason: 'CrashLoopBackOff', message: 'OOMKilled, exit code 137', exitCode: 137 },
    ],
    [
      'its last words',
      { waiting: { reason: 'CrashLoopBackOff' } },
      { terminated: { exitCode: 1, reason: 'Error', message: 'no database\n' } },
      { message: 'Error, exit code 1: no database' },
    ],
    [
      'a signal',
      { waiting: { reason: 'CrashLoopBackOff' } },
      { terminated: { exitCode: 139, signal: 11 } },
      { message: 'Error, signal 11' },
    ],
    [
      'it runs, and the exit code is of the instance before',
      { running: {} },
      ended(3, 'Error'),
      { state: 'running', exitCode: 3 },
    ],
  ])('%s', (_, state, lastState, expected) => {
    expect(container(state, lastState)).toMatchObject(expected);
  });

  it.each<[string, object, object | undefined]>([
    [
      'http',
      { readinessProbe: { httpGet: { path: '/up', port: 80 } } },
      { kind: 'http', port: 80, path: '/up', headers: {} },
    ],
    [
      'https with headers, by the name of a port',
      {
        ports: [{ name: 'web', containerPort: 8443 }],
        readinessProbe: {
          httpGet: { port: 'web', scheme: 'HTTPS', httpHeaders: [{ name: 'A', value: 'b' }] },
        },
      },
      { kind: 'https', port: 8443, path: '/', headers: { A: 'b' } },
    ],
    ['tcp', { readinessProbe: { tcpSocket: { port: 6379 } } }, { kind: 'tcp', port: 6379 }],
    ['exec, which rockpool cannot ask', { readinessProbe: { exec: { command: ['true'] } } }, undefined],
    ['another host', { readinessProbe: { httpGet: { host: 'example.com', port: 80 } } }, undefined],
    ['a port name that is not there', { readinessProbe: { tcpSocket: { port: 'nope' } } }, undefined],
    [
      'a startup probe that has not passed',
      { startupProbe: { tcpSocket: { port: 1 } }, readinessProbe: { tcpSocket: { port: 1 } } },
      undefined,
    ],
    ['none', {}, undefined],
  ])('tells how the container is asked for readiness: %s', (_name, more, expected) => {
    const observed = observePod(pod({}, {}, { containers: [{ name: 'web', image: 'i', ...more }] }), 'shop');
    expect(observed.containers[0]?.probe).toEqual(expected);
  });
});
