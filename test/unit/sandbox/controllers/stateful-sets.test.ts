import { afterEach, describe, expect, it } from 'vitest';
import { rolloutOf } from '../../../../src/deploy/rollout-status.ts';
import {
  CONTROLLER_REVISIONS,
  type ControllerRevision,
  PERSISTENT_VOLUME_CLAIMS,
  PODS,
  type Pod,
  STATEFUL_SETS,
  type StatefulSet,
} from '../../../../src/sandbox/controllers/objects.ts';
import {
  names,
  type SandboxCluster,
  startSandboxCluster,
  withStatus,
} from '../../../support/sandbox-cluster.ts';

let cluster: SandboxCluster;
afterEach(() => {
  expect(cluster.bugs).toEqual([]);
  cluster.close();
});

const create = (spec: object = {}): void => {
  cluster = startSandboxCluster();
  cluster.objects.create(STATEFUL_SETS, 'default', {
    metadata: { name: 'db' },
    spec: {
      replicas: 3,
      serviceName: 'db',
      selector: { matchLabels: { app: 'db' } },
      template: {
        metadata: { labels: { app: 'db' } },
        spec: { containers: [{ name: 'db', image: 'db:1' }] },
      },
      ...spec,
    },
  });
};
const claims = {
  volumeClaimTemplates: [
    {
      metadata: { name: 'data' },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    },
  ],
};
const set = () => cluster.objects.get<StatefulSet>(STATEFUL_SETS, 'default', 'db')!;
const pods = () => cluster.objects.list<Pod>(PODS, 'default');
const change = (spec: object) => cluster.objects.patch(STATEFUL_SETS, set(), { spec });
const image = (name: string) => change({ template: { spec: { containers: [{ name: 'db', image: name }] } } });
const images = () => pods().map(({ spec }) => spec?.containers[0]?.image);
const told = (reason: string) =>
  cluster
    .events()
    .flatMap((line) =>
      line.split(' ')[1] === reason && line.includes(' db: ') ? [line.split(': ')[1]] : [],
    );

it('makes its pods one after the other, each with its name, its claim and its address', () => {
  create(claims);
  cluster.run((pod) => pod.metadata.name !== 'db-1');
  expect(names(pods())).toEqual(['db-0', 'db-1']);
  expect(rolloutOf('StatefulSet', set())).toMatchObject({ rollout: 'progressing', ready: 1 });
  cluster.run();
  expect(names(pods())).toEqual(['db-0', 'db-1', 'db-2']);
  expect(rolloutOf('StatefulSet', set())).toMatchObject({
    rollout: 'complete',
    desired: 3,
    updated: 3,
    ready: 3,
  });
  const [revision] = names(cluster.objects.list(CONTROLLER_REVISIONS, 'default'));
  expect(pods()[1]).toMatchObject({
    metadata: {
      labels: {
        ...{ app: 'db', 'apps.kubernetes.io/pod-index': '1' },
        ...{ 'controller-revision-hash': revision, 'statefulset.kubernetes.io/pod-name': 'db-1' },
      },
    },
    spec: {
      ...{ hostname: 'db-1', subdomain: 'db' },
      volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data-db-1' } }],
    },
  });
  expect(names(cluster.objects.list(PERSISTENT_VOLUME_CLAIMS, 'default'))).toEqual([
    'data-db-0',
    'data-db-1',
    'data-db-2',
  ]);
  expect(told('SuccessfulCreate').slice(0, 2)).toEqual([
    'Create Claim data-db-0 Pod db-0 in StatefulSet db success',
    'Create Pod db-0 in StatefulSet db successful',
  ]);
  expect(set().status).toEqual({
    ...{ observedGeneration: 1, replicas: 3, readyReplicas: 3, availableReplicas: 3, currentReplicas: 3 },
    ...{ updatedReplicas: 3, currentRevision: revision, updateRevision: revision, collisionCount: 0 },
  });
});

it('makes them all at once when it is told to', () => {
  create({ podManagementPolicy: 'Parallel' });
  cluster.run(() => false);
  expect(names(pods())).toEqual(['db-0', 'db-1', 'db-2']);
});

it('takes them away from the last, and keeps their claims', () => {
  create(claims);
  cluster.run();
  change({ replicas: 1 });
  cluster.settle();
  expect(pods().map(({ metadata }) => metadata.deletionTimestamp !== undefined)).toEqual([
    false,
    false,
    true,
  ]);
  cluster.run();
  expect(names(pods())).toEqual(['db-0']);
  expect(told('SuccessfulDelete')).toEqual([
    'Delete Pod db-2 in StatefulSet db successful',
    'Delete Pod db-1 in StatefulSet db successful',
  ]);
  expect(cluster.objects.list(PERSISTENT_VOLUME_CLAIMS, 'default')).toHaveLength(3);
});

it('lets claims go with what they are for when that is asked for', () => {
  create({
    ...claims,
    persistentVolumeClaimRetentionPolicy: { whenScaled: 'Delete', whenDeleted: 'Delete' },
  });
  cluster.run();
  change({ replicas: 2 });
  cluster.run();
  expect(names(cluster.objects.list(PERSISTENT_VOLUME_CLAIMS, 'default'))).toEqual([
    'data-db-0',
    'data-db-1',
  ]);
  cluster.objects.delete(STATEFUL_SETS, set());
  cluster.run();
  expect(cluster.objects.list(PERSISTENT_VOLUME_CLAIMS, 'default')).toEqual([]);
});

describe('an update', () => {
  it('goes from the last to the first, and stops at one that does not work', () => {
    create();
    cluster.run();
    image('db:2');
    cluster.run(({ metadata, spec }) => metadata.name !== 'db-1' || spec?.containers[0]?.image === 'db:1');
    expect(images()).toEqual(['db:1', 'db:2', 'db:2']);
    expect(rolloutOf('StatefulSet', set())).toMatchObject({ rollout: 'progressing', updated: 2 });
    cluster.run();
    expect(images()).toEqual(['db:2', 'db:2', 'db:2']);
    expect(rolloutOf('StatefulSet', set())).toMatchObject({ rollout: 'complete' });
    expect(set().status?.currentRevision).toBe(set().status?.updateRevision);
  });

  it('keeps those before the partition, also when they are made again', () => {
    create({ updateStrategy: { rollingUpdate: { partition: 2 } } });
    cluster.run();
    image('db:2');
    cluster.run();
    expect(images()).toEqual(['db:1', 'db:1', 'db:2']);
    cluster.objects.delete(PODS, pods()[0]!);
    cluster.run();
    expect(images()).toEqual(['db:1', 'db:1', 'db:2']);
  });

  it('waits for pods to be deleted with OnDelete', () => {
    create({ updateStrategy: { type: 'OnDelete' } });
    cluster.run();
    image('db:2');
    cluster.run();
    expect(images()).toEqual(['db:1', 'db:1', 'db:1']);
    cluster.objects.delete(PODS, pods()[1]!);
    cluster.run();
    expect(images()).toEqual(['db:1', 'db:2', 'db:1']);
  });

  it('leaves a revision of each template, and back to one of before makes it the newest', () => {
    create({ revisionHistoryLimit: 1 });
    cluster.run();
    for (const name of ['db:2', 'db:3', 'db:4', 'db:3']) {
      image(name);
      cluster.run();
    }
    const revisions = cluster.objects.list<ControllerRevision>(CONTROLLER_REVISIONS, 'default');
    const kept = revisions.map(({ revision, data }) => [
      revision,
      (data as { spec: { template: { spec: { containers: { image: string }[] } } } }).spec.template.spec
        .containers[0]?.image,
    ]);
    expect(kept.sort()).toEqual([
      [4, 'db:4'],
      [5, 'db:3'],
    ]);
  });
});

it('makes a pod again that ended by itself', () => {
  create({ replicas: 1 });
  cluster.run();
  const [before] = pods();
  cluster.objects.updateStatus(PODS, withStatus(before!, { phase: 'Failed' }));
  cluster.run();
  expect(pods()[0]?.metadata.uid).not.toBe(before?.metadata.uid);
  expect(cluster.events()).toContain(
    'Warning RecreatingFailedPod db: StatefulSet default/db is recreating failed Pod db-0',
  );
});
