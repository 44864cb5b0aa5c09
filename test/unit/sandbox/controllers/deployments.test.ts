import { afterEach, describe, expect, it } from 'vitest';
import { rolloutOf } from '../../../../src/deploy/rollout-status.ts';
import {
  DEPLOYMENTS,
  type Deployment,
  PODS,
  type Pod,
  REPLICA_SETS,
  type ReplicaSet,
} from '../../../../src/sandbox/controllers/objects.ts';
import { names, type SandboxCluster, startSandboxCluster } from '../../../support/sandbox-cluster.ts';

let cluster: SandboxCluster;
afterEach(() => {
  expect(cluster.bugs).toEqual([]);
  cluster.close();
});

const manifest = (spec: object = {}) => ({
  metadata: { name: 'web' },
  spec: {
    replicas: 3,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'web', image: 'web:1' }] },
    },
    ...spec,
  },
});

const deploy = (spec?: object): void => {
  cluster = startSandboxCluster();
  cluster.objects.create(DEPLOYMENTS, 'default', manifest(spec));
};
const deployment = () => cluster.objects.get<Deployment>(DEPLOYMENTS, 'default', 'web')!;
const sets = () => cluster.objects.list<ReplicaSet>(REPLICA_SETS, 'default');
const pods = () => cluster.objects.list<Pod>(PODS, 'default');
const change = (spec: object) => cluster.objects.patch(DEPLOYMENTS, deployment(), { spec });
const image = (name: string) =>
  change({ template: { spec: { containers: [{ name: 'web', image: name }] } } });
const condition = (type: string) => deployment().status?.conditions?.find((one) => one.type === type);
const revisions = () =>
  sets()
    .map((set) => [
      set.metadata.annotations?.['deployment.kubernetes.io/revision'],
      set.spec?.template?.spec?.containers[0]?.image,
      set.spec?.replicas,
    ])
    .sort();
const scalings = () =>
  cluster
    .events()
    .flatMap((line) => /Scaled.* from .*/.exec(line)?.[0].replace(/ replica set \S+/, '') ?? []);

describe('a new Deployment', () => {
  it('has pods that are available, and says so as a real one does', () => {
    deploy();
    cluster.run();
    expect(pods().map(({ status }) => status?.phase)).toEqual(['Running', 'Running', 'Running']);
    expect(rolloutOf('Deployment', deployment())).toEqual({
      rollout: 'complete',
      desired: 3,
      updated: 3,
      ready: 3,
    });
    const [set] = sets();
    expect(deployment().status).toEqual({
      observedGeneration: 1,
      ...{ replicas: 3, updatedReplicas: 3, readyReplicas: 3, availableReplicas: 3, terminatingReplicas: 0 },
      conditions: [
        {
          ...{ type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable' },
          message: 'Deployment has minimum availability.',
          ...{ lastTransitionTime: '2026-01-01T00:00:00Z', lastUpdateTime: '2026-01-01T00:00:00Z' },
        },
        {
          ...{ type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable' },
          message: `ReplicaSet "${set?.metadata.name}" has successfully progressed.`,
          ...{ lastTransitionTime: '2026-01-01T00:00:00Z', lastUpdateTime: '2026-01-01T00:00:00Z' },
        },
      ],
    });
    expect(cluster.events()).toContain(
      `Normal ScalingReplicaSet web: Scaled up replica set ${set?.metadata.name} from 0 to 3`,
    );
    expect(cluster.events()).toContain(
      `Normal SuccessfulCreate ${set?.metadata.name}: Created pod: ${pods()[0]?.metadata.name}`,
    );
  });

  it('is unavailable and progressing until its pods are ready', () => {
    deploy();
    cluster.run(() => false);
    expect(condition('Available')).toMatchObject({ status: 'False', reason: 'MinimumReplicasUnavailable' });
    expect(condition('Progressing')).toMatchObject({ status: 'True', reason: 'ReplicaSetUpdated' });
    expect(rolloutOf('Deployment', deployment())).toMatchObject({ rollout: 'progressing' });
  });
});

describe('a rolling update', () => {
  it('goes step by step as its bounds allow', () => {
    deploy({ strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } });
    cluster.run();
    image('web:2');
    cluster.run();
    expect(scalings()).toEqual([
      'Scaled up from 0 to 3',
      ...['Scaled up from 0 to 1', 'Scaled down from 3 to 2', 'Scaled up from 1 to 2'],
      ...['Scaled down from 2 to 1', 'Scaled up from 2 to 3', 'Scaled down from 1 to 0'],
    ]);
    expect(revisions()).toEqual([
      ['1', 'web:1', 0],
      ['2', 'web:2', 3],
    ]);
    expect(deployment().metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('2');
    expect(rolloutOf('Deployment', deployment())).toMatchObject({ rollout: 'complete', updated: 3 });
  });

  it('keeps enough old pods when the new ones do not start, and fails at its deadline', async () => {
    deploy({ progressDeadlineSeconds: 60 });
    cluster.run();
    image('web:broken');
    const works = (pod: Pod) => pod.spec?.containers[0]?.image === 'web:1';
    cluster.run(works);
    expect(revisions()).toEqual([
      ['1', 'web:1', 3],
      ['2', 'web:broken', 1],
    ]);
    expect(condition('Progressing')).toMatchObject({ reason: 'ReplicaSetUpdated' });
    await cluster.pass(59_000);
    expect(condition('Progressing')).toMatchObject({ reason: 'ReplicaSetUpdated' });
    await cluster.pass(3_000);
    const [, broken] = sets().toSorted((a, b) =>
      (a.spec?.replicas ?? 0) < (b.spec?.replicas ?? 0) ? 1 : -1,
    );
    expect(condition('Progressing')).toMatchObject({
      ...{ status: 'False', reason: 'ProgressDeadlineExceeded' },
      message: `ReplicaSet "${broken?.metadata.name}" has timed out progressing.`,
    });
    expect(rolloutOf('Deployment', deployment())).toMatchObject({ rollout: 'failed' });
    image('web:3');
    cluster.run();
    expect(rolloutOf('Deployment', deployment())).toMatchObject({ rollout: 'complete' });
  });

  it('waits for each new pod to be ready for minReadySeconds', async () => {
    deploy({ replicas: 1, minReadySeconds: 10 });
    cluster.run();
    expect(deployment().status).toMatchObject({ readyReplicas: 1, unavailableReplicas: 1 });
    await cluster.pass(10_000);
    cluster.run();
    expect(rolloutOf('Deployment', deployment())).toMatchObject({ rollout: 'complete' });
  });

  it('with Recreate starts nothing new before the last old pod has gone', () => {
    deploy({ strategy: { type: 'Recreate' } });
    cluster.run();
    image('web:2');
    cluster.settle();
    expect(pods().map(({ metadata }) => metadata.deletionTimestamp !== undefined)).toEqual([
      true,
      true,
      true,
    ]);
    expect(sets()).toHaveLength(1);
    cluster.run();
    expect(revisions()).toEqual([
      ['1', 'web:1', 0],
      ['2', 'web:2', 3],
    ]);
  });

  it('of a template of before takes its ReplicaSet again, under a new revision', () => {
    deploy();
    cluster.run();
    for (const name of ['web:2', 'web:1']) {
      image(name);
      cluster.run();
    }
    expect(revisions()).toEqual([
      ['2', 'web:2', 0],
      ['3', 'web:1', 3],
    ]);
    const again = sets().find(({ spec }) => spec?.replicas === 3);
    expect(again?.metadata.annotations).toMatchObject({ 'deployment.kubernetes.io/revision-history': '1' });
  });

  it('keeps as much history as is asked for', () => {
    deploy({ revisionHistoryLimit: 1 });
    cluster.run();
    for (const name of ['web:2', 'web:3', 'web:4']) {
      image(name);
      cluster.run();
    }
    expect(revisions()).toEqual([
      ['3', 'web:3', 0],
      ['4', 'web:4', 3],
    ]);
  });
});

describe('a paused Deployment', () => {
  it('rolls nothing until it is resumed, but scales', () => {
    deploy();
    cluster.run();
    change({ paused: true });
    image('web:2');
    cluster.run();
    expect(condition('Progressing')).toMatchObject({ status: 'Unknown', reason: 'DeploymentPaused' });
    expect(rolloutOf('Deployment', deployment())).toMatchObject({ rollout: 'suspended' });
    change({ replicas: 5 });
    cluster.run();
    expect(revisions()).toEqual([['1', 'web:1', 5]]);
    change({ paused: false });
    cluster.run();
    expect(revisions()).toEqual([
      ['1', 'web:1', 0],
      ['2', 'web:2', 5],
    ]);
  });
});

describe('scaling', () => {
  it.each([
    { from: 3, to: 5 },
    { from: 3, to: 0 },
    { from: 0, to: 2 },
    { from: 3, to: 1 },
  ])('from $from to $to', ({ from, to }) => {
    deploy({ replicas: from });
    cluster.run();
    change({ replicas: to });
    cluster.run();
    expect(pods()).toHaveLength(to);
    expect(rolloutOf('Deployment', deployment())).toMatchObject({ rollout: 'complete', desired: to });
  });

  it('in the midst of a rolling update gives old and new their share', () => {
    deploy({ replicas: 10, strategy: { rollingUpdate: { maxSurge: 3, maxUnavailable: 2 } } });
    cluster.run();
    image('web:2');
    cluster.run(({ spec }) => spec?.containers[0]?.image === 'web:1');
    expect(revisions()).toEqual([
      ['1', 'web:1', 8],
      ['2', 'web:2', 5],
    ]);
    change({ replicas: 15 });
    cluster.settle();
    // the example of the documentation of Deployments, "Proportional scaling"
    expect(revisions()).toEqual([
      ['1', 'web:1', 11],
      ['2', 'web:2', 7],
    ]);
    cluster.run();
    expect(revisions()).toEqual([
      ['1', 'web:1', 0],
      ['2', 'web:2', 15],
    ]);
  });
});

describe('its pods', () => {
  it('are made again when they are deleted, or taken away with it', () => {
    deploy();
    cluster.run();
    const before = names(pods());
    cluster.objects.delete(PODS, pods()[0]!);
    cluster.run();
    expect(pods()).toHaveLength(3);
    expect(names(pods())).not.toEqual(before);
    cluster.objects.delete(DEPLOYMENTS, deployment());
    cluster.run();
    expect([...sets(), ...pods()]).toEqual([]);
  });

  it('that the API refuses are told of, and tried again later', async () => {
    cluster = startSandboxCluster();
    const message = 'pods "web-1" is forbidden: exceeded quota: few';
    cluster.refuse('Pod', message);
    cluster.objects.create(DEPLOYMENTS, 'default', manifest());
    cluster.run();
    const [set] = sets();
    expect(cluster.events()).toContain(
      `Warning FailedCreate ${set?.metadata.name}: Error creating: ${message}`,
    );
    expect(condition('ReplicaFailure')).toMatchObject({ status: 'True', reason: 'FailedCreate', message });
    cluster.refuse('Pod', undefined);
    await cluster.pass(10_000);
    cluster.run();
    expect(pods()).toHaveLength(3);
    expect(condition('ReplicaFailure')).toBeUndefined();
  });
});
