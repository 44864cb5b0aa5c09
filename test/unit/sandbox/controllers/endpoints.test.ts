import { afterEach, describe, expect, it } from 'vitest';
import {
  ENDPOINT_SLICES,
  ENDPOINTS,
  PODS,
  type Pod,
  SERVICES,
} from '../../../../src/sandbox/controllers/objects.ts';
import { type SandboxCluster, startSandboxCluster, withStatus } from '../../../support/sandbox-cluster.ts';

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
const podNow = (name: string) => cluster.objects.get<Pod>(PODS, 'default', name);

describe('endpoints', () => {
  const service = (spec: object = {}) =>
    cluster.objects.create(SERVICES, 'default', {
      metadata: { name: 'web', labels: { team: 'a' } },
      spec: { selector: { app: 'web' }, ports: [{ port: 80, targetPort: 'http' }], ...spec },
    });
  const ports = (containerPort: number) => ({
    containers: [{ ...container, ports: [{ name: 'http', containerPort }] }],
  });
  const slices = () =>
    cluster.objects
      .list(ENDPOINT_SLICES, 'default')
      .map(({ endpoints, ports: of }) => ({ endpoints, ports: of }));
  const member = (address: string, name: string, conditions: object) =>
    expect.objectContaining({
      addresses: [address],
      conditions: { ready: true, serving: true, terminating: false, ...conditions },
      nodeName: 'sandbox',
      targetRef: { kind: 'Pod', name, namespace: 'default', uid: podNow(name)?.metadata.uid },
    });

  it('follow the pods that a Service chooses', () => {
    cluster = startSandboxCluster();
    service();
    cluster.run();
    expect(slices()).toEqual([{ endpoints: [], ports: [] }]);
    pod('a', ports(8000));
    pod('other', ports(8000), { app: 'db' });
    cluster.run();
    expect(slices()).toEqual([
      { endpoints: [member('127.1.0.1', 'a', {})], ports: [{ name: '', port: 8000, protocol: 'TCP' }] },
    ]);
    const endpoints = cluster.objects.get(ENDPOINTS, 'default', 'web');
    expect(endpoints?.subsets).toMatchObject([
      { addresses: [{ ip: '127.1.0.1' }], ports: [{ port: 8000, protocol: 'TCP' }] },
    ]);
    expect(endpoints?.metadata.labels).toMatchObject({ team: 'a' });
    const notReady = { conditions: [{ type: 'Ready', status: 'False' }] };
    cluster.objects.updateStatus(PODS, withStatus(podNow('a')!, notReady));
    cluster.settle();
    expect(slices()[0]?.endpoints).toEqual([member('127.1.0.1', 'a', { ready: false, serving: false })]);
    cluster.objects.delete(PODS, podNow('a')!);
    cluster.settle();
    expect(slices()[0]?.endpoints).toEqual([
      member('127.1.0.1', 'a', { ready: false, serving: false, terminating: true }),
    ]);
    cluster.run();
    expect(slices()).toEqual([{ endpoints: [], ports: [] }]);
  });

  it('give a port by its name as each pod has it', () => {
    cluster = startSandboxCluster();
    service();
    pod('a', ports(8000));
    pod('b', ports(9000));
    cluster.run();
    expect(slices().map(({ ports: of }) => (of as { port: number }[])[0]?.port)).toEqual(
      expect.arrayContaining([8000, 9000]),
    );
  });

  it('go with their Service, and come back when they are deleted by mistake', () => {
    cluster = startSandboxCluster();
    service();
    pod('a', ports(8000));
    cluster.run();
    cluster.objects.delete(ENDPOINT_SLICES, cluster.objects.list(ENDPOINT_SLICES, 'default')[0]!);
    cluster.objects.delete(ENDPOINTS, cluster.objects.get(ENDPOINTS, 'default', 'web')!);
    cluster.run();
    expect(slices()[0]?.endpoints).toHaveLength(1);
    expect(cluster.objects.get(ENDPOINTS, 'default', 'web')).toBeDefined();
    cluster.objects.delete(SERVICES, cluster.objects.get(SERVICES, 'default', 'web')!);
    cluster.run();
    expect(slices()).toEqual([]);
    expect(cluster.objects.get(ENDPOINTS, 'default', 'web')).toBeUndefined();
  });

  it("of a Service without a selector are the user's own", () => {
    cluster = startSandboxCluster();
    service({ selector: undefined });
    cluster.objects.create(ENDPOINTS, 'default', {
      metadata: { name: 'web' },
      subsets: [{ addresses: [{ ip: '10.0.0.1' }] }],
    });
    cluster.run();
    expect(cluster.objects.get(ENDPOINTS, 'default', 'web')?.subsets).toEqual([
      { addresses: [{ ip: '10.0.0.1' }] },
    ]);
    expect(slices()).toEqual([]);
  });
});
