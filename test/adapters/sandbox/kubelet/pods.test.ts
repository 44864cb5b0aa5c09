import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { CONFIG_MAPS, PODS } from '../../../../src/sandbox/kubelet/objects.ts';
import { followLog, isReady, openKubelet, stateOf } from './open-kubelet.ts';

const sh = (script: string, more: object = {}) => ({
  name: 'c',
  image: 'app:1',
  command: ['sh', '-c', script],
  ...more,
});

async function logOf(cluster: Awaited<ReturnType<typeof openKubelet>>, pod: string, query: object = {}) {
  const bytes: Uint8Array[] = [];
  const request = { method: 'GET', path: `/api/v1/namespaces/shop/pods/${pod}/log`, query } as const;
  const stream = await cluster.client.stream({ ...request, signal: new AbortController().signal } as never);
  for await (const chunk of stream) bytes.push(chunk);
  return Buffer.concat(bytes).toString();
}

test('a pod starts: init containers in order, then the others; events and status as the kubelet tells them', async () => {
  const cluster = await openKubelet();
  cluster.build('app:1', {});
  cluster.run('web', {
    initContainers: [
      {
        ...sh('echo first > /shared/order'),
        name: 'one',
        volumeMounts: [{ name: 'shared', mountPath: '/shared' }],
      },
    ],
    containers: [
      sh('cat /shared/order; exec sleep 600', { volumeMounts: [{ name: 'shared', mountPath: '/shared' }] }),
    ],
    volumes: [{ name: 'shared', emptyDir: {} }],
  });
  const pod = await cluster.until('web', isReady);
  expect(pod.status).toMatchObject({
    phase: 'Running',
    hostIP: '127.0.0.1',
    podIP: expect.stringMatching(/^127\./),
    containerStatuses: [
      {
        name: 'c',
        ready: true,
        started: true,
        restartCount: 0,
        image: 'app:1',
        imageID: 'sha256:app:1',
        state: { running: {} },
        lastState: {},
      },
    ],
    initContainerStatuses: [
      { name: 'one', ready: true, state: { terminated: { exitCode: 0, reason: 'Completed' } } },
    ],
  });
  expect(pod.status?.conditions?.map(({ type, status }) => `${type}=${status}`)).toEqual([
    ...['PodReadyToStartContainers=True', 'Initialized=True', 'Ready=True', 'ContainersReady=True'],
  ]);
  await vi.waitUntil(async () => (await logOf(cluster, 'web')) === 'first\n');
  expect(cluster.events('web').toSorted()).toEqual([
    ...Array(2).fill('Created Container created'),
    ...Array(2).fill(
      'Pulled Container image "app:1" already present on machine and can be accessed by the pod',
    ),
    ...Array(2).fill('Started Container started'),
  ]);
});

test('a pod that is deleted ends its containers and everything that was its own', async () => {
  const cluster = await openKubelet();
  cluster.build('app:1', {});
  const { metadata } = cluster.run('web', {
    containers: [
      sh('trap "echo bye; exit 0" TERM; echo up; while :; do sleep 0.05; done', {
        lifecycle: { preStop: { exec: { command: ['sh', '-c', 'touch /marks/stopping'] } } },
        volumeMounts: [{ name: 'marks', mountPath: '/marks' }],
      }),
    ],
    volumes: [{ name: 'marks', emptyDir: {} }],
  });
  const pod = await cluster.until('web', isReady);
  const { all } = await followLog(cluster, 'web');
  const mark = join(cluster.dir, 'pods', metadata.uid, 'volumes/marks/stopping');
  let hadMark = false;
  const look = setInterval(() => {
    hadMark ||= existsSync(mark);
  }, 1);
  cluster.objects.delete(PODS, pod);
  expect(cluster.pod('web')?.metadata.deletionTimestamp).toBeDefined();
  await vi.waitUntil(() => cluster.pod('web') === undefined, { timeout: 10_000 });
  clearInterval(look);
  expect(await all).toBe('up\nbye\n');
  expect(hadMark).toBe(true);
  expect(cluster.events('web')).toContain('Killing Stopping container c');
  await vi.waitUntil(() => !existsSync(join(cluster.dir, 'pods', metadata.uid)));
});

test('a pod that is deleted by force is gone at once, and its processes soon', async () => {
  const cluster = await openKubelet();
  cluster.build('app:1', {});
  cluster.run('web', { containers: [sh('trap "" TERM; echo $$; while :; do sleep 0.05; done')] });
  const pod = await cluster.until('web', isReady);
  const pid = Number(await vi.waitUntil(() => logOf(cluster, 'web')));
  cluster.objects.delete(PODS, pod, 0);
  expect(cluster.pod('web')).toBeUndefined();
  await vi.waitUntil(() => !existsSync(`/proc/${pid}`));
});

test('a container that crashes is started again at once, then with back-off; its last log can be read', async () => {
  const cluster = await openKubelet();
  cluster.build('app:1', {});
  cluster.run('web', { containers: [sh('echo run; exit 3')] });
  const waiting = await cluster.until('web', (pod) => stateOf(pod).waiting?.reason === 'CrashLoopBackOff');
  const status = waiting.status?.containerStatuses?.[0];
  expect(waiting.status?.phase).toBe('Running');
  expect(status).toMatchObject({ ready: false, lastState: { terminated: { exitCode: 3, reason: 'Error' } } });
  expect(status?.state?.waiting?.message).toBe(
    `back-off 100ms restarting failed container=c pod=web_shop(${waiting.metadata.uid})`,
  );
  expect(cluster.events('web')).toContain(
    `BackOff Back-off restarting failed container c in pod web_shop(${waiting.metadata.uid})`,
  );
  await cluster.until('web', ({ status }) => (status?.containerStatuses?.[0]?.restartCount ?? 0) >= 3);
  expect(await logOf(cluster, 'web', { previous: true })).toBe('run\n');
});

test.each([
  ['Never', 'exit 0', 'Succeeded', 'Completed'],
  ['Never', 'exit 2', 'Failed', 'Error'],
  ['OnFailure', 'exit 0', 'Succeeded', 'Completed'],
])('restartPolicy %s, %s: the pod has %s', async (restartPolicy, script, phase, reason) => {
  const cluster = await openKubelet();
  cluster.build('app:1', {});
  cluster.run('once', { restartPolicy, containers: [sh(`echo done; ${script}`)] });
  const pod = await cluster.until('once', ({ status }) => status?.phase === phase);
  expect(stateOf(pod).terminated?.reason).toBe(reason);
  expect(await logOf(cluster, 'once')).toBe('done\n');
});

test('an init container that fails holds the others up; with Never it is the end', async () => {
  const cluster = await openKubelet();
  cluster.build('app:1', {});
  const spec = { initContainers: [{ ...sh('exit 1'), name: 'init' }], containers: [sh('echo never')] };
  cluster.run('again', spec);
  const pod = await cluster.until(
    'again',
    ({ status }) => (status?.initContainerStatuses?.[0]?.restartCount ?? 0) > 0,
  );
  expect(pod.status?.phase).toBe('Pending');
  expect(stateOf(pod).waiting?.reason).toBe('PodInitializing');
  cluster.run('never', { ...spec, restartPolicy: 'Never' });
  await cluster.until('never', ({ status }) => status?.phase === 'Failed');
});

test('a restartable init container runs beside the others and ends after them', async () => {
  const cluster = await openKubelet();
  cluster.build('app:1', {});
  cluster.run('web', {
    initContainers: [
      { ...sh('trap "exit 0" TERM; while :; do sleep 0.05; done'), name: 'side', restartPolicy: 'Always' },
    ],
    containers: [sh('exec sleep 600')],
  });
  const pod = await cluster.until('web', isReady);
  expect(pod.status?.initContainerStatuses?.[0]).toMatchObject({
    name: 'side',
    ready: true,
    state: { running: {} },
  });
  cluster.objects.delete(PODS, pod);
  await vi.waitUntil(() => cluster.pod('web') === undefined, { timeout: 10_000 });
  const killing = cluster.events('web').filter((text) => text.startsWith('Killing'));
  expect(killing.toSorted()).toEqual(['Killing Stopping container c', 'Killing Stopping container side']);
});

test('readiness, liveness and startup probes', async () => {
  const cluster = await openKubelet();
  cluster.build('app:1', {});
  const mounts = { volumeMounts: [{ name: 'marks', mountPath: '/marks' }] };
  const probe = (file: string) => ({
    exec: { command: ['test', '-e', `/marks/${file}`] },
    periodSeconds: 1,
    failureThreshold: 1,
  });
  cluster.run('web', {
    containers: [
      sh('touch /marks/alive; exec sleep 600', {
        ...mounts,
        startupProbe: { ...probe('alive'), failureThreshold: 30 },
        readinessProbe: probe('ready'),
        livenessProbe: probe('alive'),
      }),
    ],
    volumes: [{ name: 'marks', emptyDir: {} }],
  });
  const started = await cluster.until('web', ({ status }) => status?.containerStatuses?.[0]?.started);
  expect(isReady(started)).toBe(false);
  await vi.waitUntil(() => cluster.events('web').includes('Unhealthy Readiness probe failed: '), {
    timeout: 5000,
  });
  const exec = (command: string) =>
    import('node:child_process').then(({ execFileSync }) =>
      execFileSync('sh', ['-c', command], {
        cwd: join(cluster.dir, 'pods', started.metadata.uid, 'volumes/marks'),
      }),
    );
  await exec('touch ready');
  await cluster.until('web', isReady);
  await exec('rm alive');
  const again = await cluster.until(
    'web',
    ({ status }) => status?.containerStatuses?.[0]?.restartCount === 1,
  );
  expect(again.status?.containerStatuses?.[0]?.lastState?.terminated?.exitCode).toBe(143);
  expect(cluster.events('web')).toContain('Killing Container c failed liveness probe, will be restarted');
});

test('another image in a live pod: the container alone is started again, at once', async () => {
  const cluster = await openKubelet();
  cluster.build('app:1', { 'app/v': 'one\n' });
  cluster.build('app:2', { 'app/v': 'two\n' });
  cluster.run('web', { containers: [sh('cat v; exec sleep 600')] });
  const before = await cluster.until('web', isReady);
  cluster.objects.patch(PODS, before, {
    spec: { containers: [{ ...before.spec?.containers[0], image: 'app:2' }] },
  });
  const after = await cluster.until('web', ({ status }) => status?.containerStatuses?.[0]?.image === 'app:2');
  expect(after.metadata.uid).toBe(before.metadata.uid);
  expect(after.status?.containerStatuses?.[0]).toMatchObject({ restartCount: 1, imageID: 'sha256:app:2' });
  expect(cluster.events('web')).toContain('Killing Container c definition changed, will be restarted');
  await vi.waitUntil(async () => (await logOf(cluster, 'web')) === 'two\n');
});

test.each([
  [
    { imagePullPolicy: 'Never', image: 'none:1' },
    'ErrImageNeverPull',
    'Container image "none:1" is not present with pull policy of Never',
  ],
  [
    { image: 'none:1' },
    'ImagePullBackOff',
    'Back-off pulling image "none:1": ErrImagePull: the sandbox pulls no images: only what was built in it can run',
  ],
  [
    { env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'nope', key: 'a' } } }] },
    'CreateContainerConfigError',
    'configmap "nope" not found',
  ],
  [{ command: ['nosuch'] }, 'RunContainerError', 'exec: "nosuch": executable file not found in $PATH'],
])('%j waits for %s', async (container, reason, message) => {
  const cluster = await openKubelet({ backoff: { first: 60_000, most: 60_000 } });
  cluster.build('app:1', {});
  cluster.run('web', { containers: [sh('true', container)] });
  const pod = await cluster.until('web', (now) => stateOf(now).waiting?.reason === reason);
  expect(stateOf(pod).waiting?.message).toContain(message);
});

test('what a container waits for may come later', async () => {
  const cluster = await openKubelet();
  cluster.run('web', {
    containers: [
      sh('echo "[$A]"; cat /config/a; exec sleep 600', {
        env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'late', key: 'a' } } }],
        volumeMounts: [{ name: 'config', mountPath: '/config' }],
      }),
    ],
    volumes: [{ name: 'config', configMap: { name: 'late' } }],
  });
  await vi.waitUntil(() =>
    cluster
      .events('web')
      .includes('FailedMount MountVolume.SetUp failed for volume "config" : configmap "late" not found'),
  );
  const map = cluster.create('configmaps', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'late' },
    data: { a: 'A\n' },
  });
  await cluster.until(
    'web',
    (pod) =>
      stateOf(pod).waiting?.reason?.startsWith('ErrImage') ||
      stateOf(pod).waiting?.reason === 'ImagePullBackOff',
  );
  cluster.build('app:1', {});
  await cluster.until('web', isReady);
  await vi.waitUntil(async () => (await logOf(cluster, 'web')) === '[A\n]\nA\n');
  cluster.objects.patch(CONFIG_MAPS, map, { data: { a: 'B' } });
  const file = join(cluster.dir, 'pods', cluster.pod('web')!.metadata.uid, 'volumes/config/a');
  await vi.waitUntil(() => readFileSync(file, 'utf8') === 'B');
});

test('a folder of the machine is not mounted, and the pod says so', async () => {
  const cluster = await openKubelet();
  cluster.build('app:1', {});
  cluster.run('web', {
    containers: [sh('true', { volumeMounts: [{ name: 'h', mountPath: '/h' }] })],
    volumes: [{ name: 'h', hostPath: { path: '/etc' } }],
  });
  await vi.waitUntil(() => cluster.events('web').length > 0);
  expect(cluster.events('web')).toEqual([
    'FailedMount MountVolume.SetUp failed for volume "h" : the sandbox does not mount hostPath: a container would get a folder of yours',
  ]);
  expect(stateOf(cluster.pod('web')!).waiting?.reason).toBe('ContainerCreating');
});

test('faults on demand: a container is killed, a log is rotated', async () => {
  const cluster = await openKubelet();
  cluster.build('app:1', {});
  cluster.run('web', { containers: [sh('echo old; exec sleep 600')] });
  await cluster.until('web', isReady);
  await vi.waitUntil(async () => (await logOf(cluster, 'web')) === 'old\n');
  expect(cluster.kubelet.faultsOf('shop', 'web', 'nobody')).toBeUndefined();
  const faults = cluster.kubelet.faultsOf('shop', 'web', 'c');
  faults?.rotateLog();
  expect(await logOf(cluster, 'web')).toBe('');
  faults?.kill();
  const pod = await cluster.until('web', ({ status }) => status?.containerStatuses?.[0]?.restartCount === 1);
  expect(pod.status?.containerStatuses?.[0]?.lastState?.terminated).toMatchObject({
    exitCode: 137,
    reason: 'Error',
  });
});

test('a claim is a folder that outlives its pods', async () => {
  const cluster = await openKubelet();
  cluster.build('app:1', {});
  const folder = join(cluster.dir, 'claims', 'data');
  const claim = { metadata: { name: 'data' }, spec: { volumeName: 'pv', accessModes: ['ReadWriteOnce'] } };
  const spec = {
    restartPolicy: 'Never',
    containers: [
      sh('cat /data/kept; echo kept > /data/kept', { volumeMounts: [{ name: 'd', mountPath: '/data' }] }),
    ],
    volumes: [{ name: 'd', persistentVolumeClaim: { claimName: 'data' } }],
  };
  cluster.run('one', spec);
  await vi.waitUntil(() => cluster.events('one').length > 0);
  expect(cluster.events('one')).toEqual([
    'FailedMount MountVolume.SetUp failed for volume "d" : persistentvolumeclaim "data" is not bound',
  ]);
  cluster.create('persistentvolumes', {
    ...{ apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: 'pv' } },
    spec: { hostPath: { path: folder }, capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'] },
  });
  cluster.create('persistentvolumeclaims', { apiVersion: 'v1', kind: 'PersistentVolumeClaim', ...claim });
  const first = await cluster.until('one', ({ status }) => status?.phase === 'Succeeded');
  cluster.objects.delete(PODS, first);
  cluster.run('two', spec);
  await cluster.until('two', ({ status }) => status?.phase === 'Succeeded');
  expect(await logOf(cluster, 'two')).toBe('kept\n');
  expect(readFileSync(join(folder, 'kept'), 'utf8')).toBe('kept\n');
});

test('a postStart hook that fails ends the container', async () => {
  const cluster = await openKubelet({ backoff: { first: 60_000, most: 60_000 } });
  cluster.build('app:1', {});
  const postStart = { exec: { command: ['sh', '-c', 'echo no; exit 1'] } };
  cluster.run('web', {
    restartPolicy: 'Never',
    containers: [sh('exec sleep 600', { lifecycle: { postStart } })],
  });
  await cluster.until('web', ({ status }) => status?.phase === 'Failed');
  expect(cluster.events('web')).toContain('FailedPostStartHook PostStartHook failed: no\n');
});

test('what has no effect is told', async () => {
  const cluster = await openKubelet();
  cluster.build('app:1', {});
  cluster.run('web', { containers: [sh('exec sleep 600', { resources: { limits: { cpu: '1' } } })] });
  await cluster.until('web', isReady);
  expect(cluster.events('web')).toContain('NotInSandbox Without effect in the sandbox: resources.limits');
});

test('volumes and containers are the owner’s alone', async () => {
  const { dir } = await openKubelet();
  for (const folder of ['pods', 'runtime']) expect(statSync(join(dir, folder)).mode & 0o777).toBe(0o700);
});
