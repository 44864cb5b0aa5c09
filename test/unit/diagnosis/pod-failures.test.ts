import { describe, expect, it, test } from 'vitest';
import { failureList } from '../../../src/diagnosis/failure-list.ts';
import type { SessionConfig } from '../../../src/session/events.ts';
import type { ContainerObserved, WarningObserved } from '../../../src/session/observed.ts';
import type { PodState, SessionState } from '../../../src/session/state.ts';
import { container, pod, session, WEB, warning, workload } from './states.ts';

const ended = (exitCode: number, reason = 'Error', message?: string): Partial<ContainerObserved> => ({
  exitCode,
  ended: { containerId: 'c1', exitCode, reason, at: 1000, ...(message === undefined ? {} : { message }) },
});

const image = (name: string): SessionState['images'] => ({
  [name]: {
    ...{
      name,
      context: 'web',
      needs: [],
      inputs: 'i',
      generation: 1,
      changedAt: 0,
      changedFiles: [],
      refs: [],
    },
  },
});

function told(state: SessionState): string[] {
  return failureList(state).map(({ code, message }) => `${code} ${message}`);
}

describe('what pods suffer from', () => {
  it.each<[what: string, pod: PodState, warnings: WarningObserved[], told: string]>([
    [
      'a probe that the kubelet gave up on',
      pod(
        { phase: 'Running' },
        { startedAt: 1000, probes: { readiness: { asks: 'GET :80/ready', threshold: 3 } } },
      ),
      [
        warning({
          container: 'main',
          at: 7000,
          count: 2,
          message: 'Readiness probe failed: HTTP probe failed with statuscode: 500',
        }),
        warning({
          container: 'main',
          at: 1500,
          message:
            'Readiness probe failed: Get "http://10.0.0.1/": dial tcp 10.0.0.1:80: connect: connection refused',
        }),
      ],
      'PROBE_FAILED The container main of pod web-1 runs but is not ready: its readiness probe (GET :80/ready) fails: it was answered with status 500.',
    ],
    [
      'a probe that gets no answer',
      pod({ phase: 'Running' }, { probes: { readiness: { asks: 'TCP :80', threshold: 1 } } }),
      [warning({ container: 'main', message: 'Readiness probe failed: dial tcp 10.0.0.1:80: i/o timeout' })],
      'PROBE_FAILED The container main of pod web-1 runs but is not ready: its readiness probe (TCP :80) fails: no answer in time.',
    ],
    [
      'an out-of-memory kill, also while the container waits to be started again',
      pod(
        { phase: 'Running' },
        {
          state: 'waiting',
          reason: 'CrashLoopBackOff',
          restarts: 2,
          memoryLimit: '64Mi',
          ...ended(137, 'OOMKilled'),
        },
      ),
      [],
      'OUT_OF_MEMORY The container main of pod web-1 was killed because it used more memory than its limit of 64Mi, started again 2 times.',
    ],
    [
      'a crash that a liveness probe caused',
      pod({ phase: 'Running' }, { state: 'waiting', reason: 'CrashLoopBackOff', restarts: 1, ...ended(143) }),
      [
        warning({
          container: 'main',
          message:
            'Liveness probe failed: Get "http://10.0.0.1/": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
        }),
      ],
      'PROBE_FAILED The container main of pod web-1 is ended and started again by the kubelet, because its liveness probe fails: no answer in time.',
    ],
    [
      'an init container that ends with an error',
      pod({}, { kind: 'init', name: 'setup', state: 'terminated', ...ended(1) }),
      [],
      'CRASHED The init container setup of pod web-1 ended with exit code 1.',
    ],
    [
      'a program that is not there, in the back-off',
      pod(
        { phase: 'Running' },
        {
          state: 'waiting',
          reason: 'CrashLoopBackOff',
          ...ended(
            128,
            'StartError',
            'runc create failed: unable to start container process: exec: "serve": executable file not found in $PATH',
          ),
        },
      ),
      [],
      'CONTAINER_START The container main of pod web-1 cannot be started: cannot run serve: executable file not found in $PATH.',
    ],
    [
      'a volume that waits for what is not there',
      pod({}, { state: 'waiting', reason: 'ContainerCreating' }),
      [
        warning({
          reason: 'FailedMount',
          message: 'MountVolume.SetUp failed for volume "conf" : configmap "settings" not found',
        }),
      ],
      'CONFIG_MAP_MISSING The volume conf of pod web-1 cannot be made: there is no ConfigMap settings.',
    ],
    [
      'a volume of a key that is not there',
      pod({}, { state: 'waiting', reason: 'ContainerCreating' }),
      [
        warning({
          reason: 'FailedMount',
          message:
            'MountVolume.SetUp failed for volume "conf" : configmap references non-existent config key: a.conf',
        }),
      ],
      'CONFIG_MAP_MISSING The volume conf of pod web-1 cannot be made: the ConfigMap has no key a.conf.',
    ],
    [
      'several reasons of several nodes',
      pod(
        {
          reason: 'Unschedulable',
          message:
            '0/3 nodes are available: 1 Insufficient memory, 2 node(s) had untolerated taint {gpu: only}. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.',
        },
        { state: 'waiting', requests: { memory: '64Gi' } },
      ),
      [],
      'UNSCHEDULABLE No node takes pod web-1: not enough memory is free (1 node), container main asks for 64Gi; the node has a taint {gpu: only} that the pod does not tolerate (2 nodes).',
    ],
    [
      'a claim with what its provisioner said',
      pod(
        {
          reason: 'Unschedulable',
          message: '0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found',
          claims: ['data'],
        },
        { state: 'waiting' },
      ),
      [
        warning({
          about: 'PersistentVolumeClaim/shop/data',
          uid: 'v',
          reason: 'ProvisioningFailed',
          message: 'no space left.',
        }),
      ],
      'VOLUME_UNBOUND Pod web-1 waits for a volume: the PersistentVolumeClaim data is not bound: no space left.',
    ],
    [
      'a pod that the cluster gave up',
      pod({ phase: 'Failed', reason: 'Preempting', message: 'Preempted in order to admit critical pod' }),
      [],
      'POD_FAILED Pod web-1 failed: Preempting: Preempted in order to admit critical pod.',
    ],
  ])('%s', (_, sick, warnings, expected) => {
    expect(told(session({ pods: [sick], warnings }))).toEqual([expected]);
  });
});

describe('what is no failure', () => {
  const starting = { state: 'waiting', reason: 'ContainerCreating' } as const;
  const probing = { startedAt: 5000, probes: { readiness: { asks: 'TCP :80', threshold: 3 } } };
  const refused = 'Readiness probe failed: dial tcp 10.0.0.1:80: connect: connection refused';

  it.each<[what: string, pod: PodState, warnings: WarningObserved[]]>([
    ['a pod that is merely starting', pod({}, starting), []],
    ['a pod that no scheduler has looked at yet', pod({ scheduler: 'mine' }, { state: 'waiting' }), []],
    [
      'a probe that failed less often than it may',
      pod({ phase: 'Running' }, probing),
      [warning({ container: 'main', count: 2, at: 6000, message: refused })],
    ],
    [
      'probes of the instance before',
      pod({ phase: 'Running' }, probing),
      [warning({ container: 'main', count: 9, at: 3000, message: refused })],
    ],
    [
      'probes of another pod of the same name',
      pod({ phase: 'Running' }, probing),
      [warning({ container: 'main', count: 9, at: 6000, message: refused, uid: 'older' })],
    ],
    [
      'probes that failed before the pod was ready',
      pod({ phase: 'Running', ready: true }, { ...probing, ready: true }),
      [warning({ container: 'main', count: 9, at: 6000, message: refused })],
    ],
    [
      'a mount for which the kubelet has to wait for itself',
      pod({}, starting),
      [
        warning({
          reason: 'FailedMount',
          count: 4,
          message:
            'MountVolume.SetUp failed for volume "a" : failed to sync secret cache: timed out waiting for the condition',
        }),
      ],
    ],
    ['a container that ended well', pod({ phase: 'Running' }, { state: 'terminated', exitCode: 0 }), []],
  ])('%s', (_, well, warnings) => {
    expect(told(session({ pods: [well], warnings }))).toEqual([]);
  });

  test('what a workload with all its pods has left behind', () => {
    const workloads = [workload({ rollout: 'complete', updated: 1, ready: 1 })];
    const evicted = pod({ phase: 'Failed', reason: 'Evicted' });
    const serving = pod({ name: 'web-2', uid: 'u2', phase: 'Running', ready: true }, { ready: true });
    expect(told(session({ workloads, pods: [evicted, serving] }))).toEqual([]);
  });

  test('the service account of a namespace that has just been made', () => {
    const about = {
      about: 'StatefulSet/shop/db',
      reason: 'FailedCreate',
      message:
        'pods "db-0" is forbidden: error looking up service account shop/default: serviceaccount "default" not found',
    };
    const workloads = [workload({ key: 'StatefulSet/shop/db' })];
    expect(told(session({ workloads, warnings: [warning({ ...about, count: 2 })] }))).toEqual([]);
    expect(told(session({ workloads, warnings: [warning({ ...about, count: 9 })] }))).toHaveLength(1);
  });
});

describe('one trouble is told once', () => {
  const looping = { state: 'waiting', reason: 'CrashLoopBackOff', restarts: 3, ...ended(1) } as const;

  test('a crash loop whose rollout has failed', () => {
    const workloads = [workload({ rollout: 'failed', reason: 'exceeded its progress deadline' })];
    expect(told(session({ workloads, pods: [pod({ phase: 'Running' }, looping)] }))).toEqual([
      'CRASH_LOOP The container main of pod web-1 ended with exit code 1, started again 3 times.',
    ]);
  });

  test('the same, in the moment in which the container runs', () => {
    const workloads = [workload({ rollout: 'failed' })];
    const running = pod({ phase: 'Running' }, { state: 'running', restarts: 3, ...ended(1) });
    expect(failureList(session({ workloads, pods: [running] })).map(({ code }) => code)).toEqual([
      'CRASH_LOOP',
    ]);
  });

  test('a crash is told before its workload counts one pod less', () => {
    const workloads = [workload({ rollout: 'complete', updated: 1, ready: 1 })];
    const crashed = pod({ phase: 'Running' }, { state: 'terminated', ...ended(1) });
    expect(told(session({ workloads, pods: [crashed] }))).toHaveLength(1);
  });

  test('the same trouble of several pods', () => {
    const pods = [1, 2, 3].map((n) => pod({ name: `web-${n}`, uid: `u${n}`, phase: 'Running' }, looping));
    const list = told(session({ pods }));
    expect(list).toHaveLength(1);
    expect(list[0]).toContain('The same is true of 2 more of its pods.');
  });

  test('pods on a node that is not ready', () => {
    const nodes = { one: { name: 'one', ready: false, unschedulable: false, reason: 'NodeStatusUnknown' } };
    const pods = [
      pod(
        { node: 'one', phase: 'Running' },
        { state: 'running', probes: { readiness: { asks: 'x', threshold: 1 } } },
      ),
    ];
    const warnings = [warning({ container: 'main', message: 'Readiness probe failed: x', count: 5 })];
    const workloads = [workload({ rollout: 'failed' })];
    expect(told(session({ pods, nodes, warnings, workloads }))).toEqual([
      'NODE_NOT_READY Node one is not ready: NodeStatusUnknown. Pod web-1 is there.',
    ]);
  });
});

describe('how it is told', () => {
  test('with the last words of the instance that ended, where it is written, and what to type', () => {
    const crashed = pod(
      { phase: 'Running' },
      { state: 'running', containerId: 'c2', restarts: 1, ...ended(1) },
    );
    const workloads = [workload({ rollout: 'failed' })];
    const crashes = { 'u1/c1': ['starting', 'no such file'], 'u1/c2': ['of another instance'] };
    expect(failureList(session({ workloads, pods: [crashed], crashes }))[0]).toMatchObject({
      subject: WEB,
      output: 'starting\nno such file',
      at: { file: 'k8s/web.yaml', line: 4 },
      command: 'kubectl --context minikube -n shop logs web-1 -c main --previous',
    });
  });

  const pulled = (ref: string) =>
    pod(
      {},
      {
        image: ref,
        state: 'waiting',
        reason: 'ImagePullBackOff',
        message: 'Back-off pulling image "x": ErrImagePull: not found',
      },
    );

  it.each([
    ['shop/wbe:1', 'rockpool does not build shop/wbe. Did you mean shop/web, which it builds?'],
    [
      'shop/web:1',
      'rockpool builds it: the node does not run from the daemon it was built into, or the tag has gone.',
    ],
    [
      'postgres:17',
      'rockpool does not build postgres: check the name and the registry, or list it under images in rockpool.yaml.',
    ],
  ])('whether rockpool builds %s', (ref, hint) => {
    const state = session({ pods: [pulled(ref)], images: image('shop/web') });
    const failure = failureList(state).find(({ code }) => code === 'IMAGE_PULL_FAILED');
    expect(failure).toMatchObject({ hint, at: { file: 'k8s/web.yaml', line: 9 } });
  });

  test('an overlooked pod, compared with what runs', () => {
    const sick = pod({ scheduler: 'mine', overlooked: true }, { state: 'waiting' });
    const other = pod({ name: 'db-0', uid: 'u9', node: 'one', phase: 'Running', ready: true, mine: false });
    expect(told(session({ pods: [sick, other] }))).toEqual([
      'NO_SCHEDULER No scheduler looks at pod web-1: it asks for the one named mine, which does not seem to run. The other pods here are scheduled.',
    ]);
  });

  test('an older kubelet that says nothing of the container', () => {
    const sick = pod({}, container({ state: 'waiting', reason: 'CreateContainerConfigError' }));
    expect(told(session({ pods: [sick] }))).toEqual([
      'CONTAINER_CONFIG The container main of pod web-1 cannot be made.',
    ]);
  });
});

describe('a crash waits a moment for its last lines', () => {
  const ended = { containerId: 'c1', exitCode: 1, at: 5000 };
  const crashed = pod({}, { state: 'terminated', reason: 'Error', exitCode: 1, ended });
  const seen = (over: Parameters<typeof session>[0] = {}) =>
    failureList(
      session({
        pods: [crashed],
        config: { generation: 1, loaded: 1, failures: [], current: {} as SessionConfig },
        workloads: [workload({ rollout: 'failed', reason: 'it failed' })],
        ...over,
      }),
    ).map(({ code, output }) => [code, output]);

  test('and is told once, with them', () => {
    expect(seen()).toEqual([]);
    expect(seen({ crashes: { 'u1/c1': ['no such table'] } })).toEqual([['CRASHED', 'no such table']]);
  });

  test('and without them when they do not come, or when it has said nothing', () => {
    expect(seen({ lateWords: { 'u1/c1': true } })).toEqual([['CRASHED', undefined]]);
    expect(seen({ crashes: { 'u1/c1': [] } })).toEqual([['CRASHED', undefined]]);
  });

  test('only the first of a pod: the next are the same trouble', () => {
    expect(seen({ crashes: { 'u1/c0': ['no such table'] } })).toEqual([['CRASHED', 'no such table']]);
  });
});
