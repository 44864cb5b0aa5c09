import { afterEach, expect, it } from 'vitest';
import { rolloutOf } from '../../../../src/deploy/rollout-status.ts';
import {
  DAEMON_SETS,
  type DaemonSet,
  NODES,
  PODS,
  type Pod,
} from '../../../../src/sandbox/controllers/objects.ts';
import { type SandboxCluster, startSandboxCluster, withStatus } from '../../../support/sandbox-cluster.ts';

let cluster: SandboxCluster;
afterEach(() => {
  expect(cluster.bugs).toEqual([]);
  cluster.close();
});

const create = (spec: object = {}, template: object = {}): void => {
  cluster = startSandboxCluster();
  cluster.objects.create(DAEMON_SETS, 'default', {
    metadata: { name: 'agent' },
    spec: {
      selector: { matchLabels: { app: 'agent' } },
      template: {
        metadata: { labels: { app: 'agent' } },
        spec: { containers: [{ name: 'c', image: 'a:1' }], ...template },
      },
      ...spec,
    },
  });
};
const set = () => cluster.objects.get<DaemonSet>(DAEMON_SETS, 'default', 'agent')!;
const pods = () => cluster.objects.list<Pod>(PODS, 'default');
const image = (name: string) =>
  cluster.objects.patch(DAEMON_SETS, set(), {
    spec: { template: { spec: { containers: [{ name: 'c', image: name }] } } },
  });
const images = () => pods().map(({ spec }) => spec?.containers[0]?.image);

it('has its pod on the node, also on one that takes no others', () => {
  create();
  const node = cluster.objects.get(NODES, '', 'sandbox')!;
  cluster.objects.patch(NODES, node, { spec: { unschedulable: true } });
  cluster.run();
  expect(pods().map(({ spec }) => spec?.nodeName)).toEqual(['sandbox']);
  expect(set().status).toEqual({
    ...{ currentNumberScheduled: 1, desiredNumberScheduled: 1, numberMisscheduled: 0, numberReady: 1 },
    ...{ observedGeneration: 1, numberAvailable: 1, updatedNumberScheduled: 1 },
  });
  expect(rolloutOf('DaemonSet', set())).toMatchObject({ rollout: 'complete', desired: 1 });
  expect(cluster.events()).toContain(
    `Normal SuccessfulCreate agent: Created pod: ${pods()[0]?.metadata.name}`,
  );
});

it('has none where its selector fits no node', () => {
  create({}, { nodeSelector: { disk: 'ssd' } });
  cluster.run();
  expect(pods()).toEqual([]);
  expect(set().status).toMatchObject({ desiredNumberScheduled: 0 });
});

it('is updated by another pod in the place of the old one', () => {
  create();
  cluster.run();
  image('a:2');
  cluster.settle();
  expect(images()).toEqual(['a:1']);
  expect(pods()[0]?.metadata.deletionTimestamp).toBeDefined();
  cluster.run();
  expect(images()).toEqual(['a:2']);
  expect(rolloutOf('DaemonSet', set())).toMatchObject({ rollout: 'complete', updated: 1 });
});

it('with a surge keeps the old pod until the new one works', () => {
  create({ updateStrategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } });
  cluster.run();
  image('a:2');
  cluster.run(({ spec }) => spec?.containers[0]?.image === 'a:1');
  expect(images().sort()).toEqual(['a:1', 'a:2']);
  cluster.run();
  expect(images()).toEqual(['a:2']);
});

it('waits for its pod to be deleted with OnDelete', () => {
  create({ updateStrategy: { type: 'OnDelete' } });
  cluster.run();
  image('a:2');
  cluster.run();
  expect(images()).toEqual(['a:1']);
  cluster.objects.delete(PODS, pods()[0]!);
  cluster.run();
  expect(images()).toEqual(['a:2']);
});

it('makes a pod again that failed', () => {
  create();
  cluster.run();
  const [before] = pods();
  cluster.objects.updateStatus(PODS, withStatus(before!, { phase: 'Failed' }));
  cluster.run();
  expect(pods()).toHaveLength(1);
  expect(pods()[0]?.metadata.uid).not.toBe(before?.metadata.uid);
  expect(cluster.events()).toContain(
    `Warning FailedDaemonPod agent: Found failed daemon pod default/${before?.metadata.name} on node sandbox, will try to kill it`,
  );
});
