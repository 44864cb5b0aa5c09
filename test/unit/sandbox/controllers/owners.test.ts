import { afterEach, describe, expect, it } from 'vitest';
import { CONFIG_MAPS, DEPLOYMENTS, PODS, REPLICA_SETS } from '../../../../src/sandbox/controllers/objects.ts';
import { names, type SandboxCluster, startSandboxCluster } from '../../../support/sandbox-cluster.ts';

let cluster: SandboxCluster;
afterEach(() => {
  expect(cluster.bugs).toEqual([]);
  cluster.close();
});

const container = { name: 'c', image: 'a:1' };

describe('what owns and is owned', () => {
  const tree = () => {
    cluster = startSandboxCluster();
    cluster.objects.create(DEPLOYMENTS, 'default', {
      metadata: { name: 'web' },
      spec: {
        replicas: 1,
        selector: { matchLabels: { app: 'web' } },
        template: { metadata: { labels: { app: 'web' } }, spec: { containers: [container] } },
      },
    });
    cluster.run();
  };
  const remove = (policy: 'Background' | 'Foreground' | 'Orphan') =>
    cluster.objects.delete(
      DEPLOYMENTS,
      cluster.objects.get(DEPLOYMENTS, 'default', 'web')!,
      undefined,
      policy,
    );
  const left = () =>
    [DEPLOYMENTS, REPLICA_SETS, PODS].map((kind) => cluster.objects.list(kind, 'default').length);

  it('goes at once and what it owns after it', () => {
    tree();
    remove('Background');
    expect(left()).toEqual([0, 1, 1]);
    cluster.run();
    expect(left()).toEqual([0, 0, 0]);
  });

  it('stays until all that it owns has gone', () => {
    tree();
    remove('Foreground');
    cluster.settle();
    // The pod is given its time.
    expect(left()).toEqual([1, 1, 1]);
    cluster.run();
    expect(left()).toEqual([0, 0, 0]);
  });

  it('leaves orphans, which one of the same name takes again', () => {
    tree();
    remove('Orphan');
    cluster.run();
    expect(left()).toEqual([0, 1, 1]);
    expect(cluster.objects.list(REPLICA_SETS, 'default')[0]?.metadata.ownerReferences ?? []).toEqual([]);
    cluster.objects.create(DEPLOYMENTS, 'default', {
      metadata: { name: 'web' },
      spec: {
        replicas: 1,
        selector: { matchLabels: { app: 'web' } },
        template: { metadata: { labels: { app: 'web' } }, spec: { containers: [container] } },
      },
    });
    cluster.run();
    expect(left()).toEqual([1, 1, 1]);
    expect(cluster.objects.list(REPLICA_SETS, 'default')[0]?.metadata.ownerReferences).toHaveLength(1);
  });

  it('is deleted when it names an owner that never was', () => {
    cluster = startSandboxCluster();
    const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'gone', uid: 'none' };
    cluster.objects.create(CONFIG_MAPS, 'default', { metadata: { name: 'a', ownerReferences: [owner] } });
    const unknown = { apiVersion: 'example.com/v1', kind: 'Thing', name: 'x', uid: 'none' };
    cluster.objects.create(CONFIG_MAPS, 'default', { metadata: { name: 'b', ownerReferences: [unknown] } });
    cluster.run();
    expect(names(cluster.objects.list(CONFIG_MAPS, 'default'))).toEqual(['b', 'kube-root-ca.crt']);
  });
});
