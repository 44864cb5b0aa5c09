import { afterEach, describe, expect, it } from 'vitest';
import {
  CONFIG_MAPS,
  NAMESPACES,
  PODS,
  SERVICE_ACCOUNTS,
} from '../../../../src/sandbox/controllers/objects.ts';
import { names, type SandboxCluster, startSandboxCluster } from '../../../support/sandbox-cluster.ts';

let cluster: SandboxCluster;
afterEach(() => {
  expect(cluster.bugs).toEqual([]);
  cluster.close();
});

const container = { name: 'c', image: 'a:1' };

describe('namespaces', () => {
  it('are there at the start, with what each one has', () => {
    cluster = startSandboxCluster();
    expect(names(cluster.objects.list(NAMESPACES))).toEqual([
      'default',
      'kube-node-lease',
      'kube-public',
      'kube-system',
    ]);
    expect(names(cluster.objects.list(SERVICE_ACCOUNTS, 'default'))).toEqual(['default']);
    expect(cluster.objects.get(CONFIG_MAPS, 'kube-system', 'kube-root-ca.crt')).toMatchObject({
      data: { 'ca.crt': 'PEM' },
    });
  });

  it('that end are emptied, pods with their time to stop, and then gone', () => {
    cluster = startSandboxCluster();
    cluster.objects.create(NAMESPACES, '', { metadata: { name: 'shop' } });
    cluster.objects.create(CONFIG_MAPS, 'shop', {
      metadata: { name: 'kept', finalizers: ['example.com/keep'] },
    });
    cluster.objects.create(PODS, 'shop', { metadata: { name: 'web' }, spec: { containers: [container] } });
    cluster.run();
    cluster.objects.delete(NAMESPACES, cluster.objects.get(NAMESPACES, '', 'shop')!);
    cluster.settle();
    expect(cluster.objects.get(PODS, 'shop', 'web')?.metadata.deletionTimestamp).toBeDefined();
    cluster.run();
    expect(names(cluster.objects.list(PODS, 'shop'))).toEqual([]);
    const shop = cluster.objects.get(NAMESPACES, '', 'shop') as unknown as {
      status: { conditions: { message: string }[] };
    };
    expect(shop.status.conditions.map(({ message }) => message)).toEqual([
      'Some resources are remaining: configmaps. has 1 resource instances',
      'Some content in the namespace has finalizers remaining: example.com/keep in 1 resource instances',
    ]);
    cluster.objects.patch(CONFIG_MAPS, cluster.objects.get(CONFIG_MAPS, 'shop', 'kept')!, {
      metadata: { finalizers: null },
    });
    cluster.run();
    expect(cluster.objects.get(NAMESPACES, '', 'shop')).toBeUndefined();
    expect(cluster.objects.list(CONFIG_MAPS, 'shop')).toEqual([]);
  });
});
