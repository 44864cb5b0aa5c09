import { afterEach, expect, it } from 'vitest';
import { CONFIG_MAPS, DEPLOYMENTS, NAMESPACES, PODS } from '../../../../src/sandbox/controllers/objects.ts';
import { names, type SandboxCluster, startSandboxCluster } from '../../../support/sandbox-cluster.ts';

let cluster: SandboxCluster;
afterEach(() => cluster.close());

const web = {
  metadata: { name: 'web' },
  spec: {
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'a:1' }] } },
  },
};

it('takes up what others left', () => {
  cluster = startSandboxCluster();
  cluster.close();
  cluster.objects.create(DEPLOYMENTS, 'default', web);
  cluster.settle();
  expect(cluster.objects.list(PODS)).toEqual([]);
  cluster.restart();
  cluster.run();
  expect(cluster.objects.list(PODS)).toHaveLength(1);
});

it('reports what it did not expect, tries again, and goes on with everything else', async () => {
  cluster = startSandboxCluster();
  const bug = new TypeError('undefined is not a function');
  cluster.fail('ConfigMap', bug);
  cluster.objects.create(NAMESPACES, '', { metadata: { name: 'shop' } });
  cluster.objects.create(DEPLOYMENTS, 'shop', web);
  cluster.run();
  expect(cluster.bugs).toContain(bug);
  expect(cluster.objects.list(PODS, 'shop')).toHaveLength(1);
  cluster.fail('ConfigMap', undefined);
  await cluster.pass(60_000);
  expect(names(cluster.objects.list(CONFIG_MAPS, 'shop'))).toEqual(['kube-root-ca.crt']);
});
