import { afterEach, expect, it } from 'vitest';
import { EVENTS, PODS, type Pod } from '../../../../src/sandbox/controllers/objects.ts';
import { type SandboxCluster, startSandboxCluster } from '../../../support/sandbox-cluster.ts';

let cluster: SandboxCluster;
afterEach(() => {
  expect(cluster.bugs).toEqual([]);
  cluster.close();
});

const container = { name: 'c', image: 'a:1' };
const pod = (name: string, spec: object = {}, labels: object = { app: 'web' }) =>
  cluster.objects.create<Pod>(PODS, 'default', {
    metadata: { name, labels },
    spec: { containers: [container], ...spec },
  });

it('takes Events away after an hour', async () => {
  cluster = startSandboxCluster();
  pod('web');
  cluster.run();
  await cluster.pass(59 * 60_000);
  expect(cluster.objects.list(EVENTS)).toHaveLength(1);
  await cluster.pass(120_000);
  await cluster.pass(120_000);
  expect(cluster.objects.list(EVENTS)).toEqual([]);
});
