import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { StoredObject } from '../../../../src/sandbox/api/objects/stored-object.ts';
import {
  CONFIG_MAPS,
  DEPLOYMENTS,
  ENDPOINT_SLICES,
  ENDPOINTS,
  EVENTS,
  NAMESPACES,
  NODES,
  PERSISTENT_VOLUME_CLAIMS,
  PERSISTENT_VOLUMES,
  type PersistentVolume,
  type PersistentVolumeClaim,
  PODS,
  type Pod,
  REPLICA_SETS,
  SERVICE_ACCOUNTS,
  SERVICES,
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

const container = { name: 'c', image: 'a:1' };
const pod = (name: string, spec: object = {}, labels: object = { app: 'web' }) =>
  cluster.objects.create<Pod>(PODS, 'default', {
    metadata: { name, labels },
    spec: { containers: [container], ...spec },
  });
const podNow = (name: string) => cluster.objects.get<Pod>(PODS, 'default', name);
const scheduled = (name: string) =>
  podNow(name)?.status?.conditions?.find(({ type }) => type === 'PodScheduled');

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

describe('the scheduler', () => {
  it('puts a pod on the node', () => {
    cluster = startSandboxCluster();
    pod('web');
    cluster.settle();
    expect(podNow('web')?.spec?.nodeName).toBe('sandbox');
    expect(scheduled('web')).toMatchObject({ status: 'True' });
    expect(cluster.events()).toEqual(['Normal Scheduled web: Successfully assigned default/web to sandbox']);
  });

  const nowhere =
    'no new claims to deallocate, preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.';
  const small = { status: { allocatable: { cpu: '2', memory: '1Gi', pods: '110' } } };
  it.each([
    [
      'a selector that fits no node',
      { nodeSelector: { disk: 'ssd' } },
      `0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector. ${nowhere}`,
    ],
    [
      'too much of everything',
      { containers: [{ ...container, resources: { requests: { cpu: '2500m', memory: '2Gi' } } }] },
      `0/1 nodes are available: 1 Insufficient cpu, 1 Insufficient memory. ${nowhere}`,
    ],
    [
      'limits without requests',
      { containers: [{ ...container, resources: { limits: { cpu: '3' } } }] },
      `0/1 nodes are available: 1 Insufficient cpu. ${nowhere}`,
    ],
    [
      'a claim that is not there',
      { volumes: [{ name: 'd', persistentVolumeClaim: { claimName: 'nope' } }] },
      '0/1 nodes are available: persistentvolumeclaim "nope" not found. not found',
    ],
  ])('says of a pod with %s what a real one says', (_, spec, message) => {
    cluster = startSandboxCluster();
    const node = cluster.objects.get(NODES, '', 'sandbox')!;
    cluster.objects.updateStatus(NODES, { ...node, ...small });
    pod('web', spec);
    cluster.run();
    expect(podNow('web')?.spec?.nodeName).toBeUndefined();
    expect(scheduled('web')).toMatchObject({ status: 'False', reason: 'Unschedulable', message });
    expect(cluster.events()).toEqual([`Warning FailedScheduling web: ${message}`]);
  });

  it('waits for a node, and for one that takes pods', () => {
    cluster = startSandboxCluster({ node: false });
    pod('web');
    cluster.settle();
    expect(scheduled('web')?.message).toBe('no nodes available to schedule pods');
    const node = cluster.objects.create(NODES, '', {
      metadata: { name: 'sandbox' },
      spec: { unschedulable: true },
    });
    cluster.settle();
    expect(scheduled('web')?.message).toBe(
      `0/1 nodes are available: 1 node(s) were unschedulable. ${nowhere}`,
    );
    cluster.objects.patch(NODES, node as StoredObject, { spec: { unschedulable: null } });
    cluster.settle();
    expect(podNow('web')?.spec?.nodeName).toBe('sandbox');
  });

  it('takes a pod when another one makes room', () => {
    cluster = startSandboxCluster();
    cluster.objects.updateStatus(NODES, { ...cluster.objects.get(NODES, '', 'sandbox')!, ...small });
    const large = { containers: [{ ...container, resources: { requests: { cpu: '1.5' } } }] };
    pod('a', large);
    cluster.run();
    pod('b', large);
    cluster.run();
    expect(podNow('b')?.spec?.nodeName).toBeUndefined();
    cluster.objects.delete(PODS, podNow('a')!);
    cluster.run();
    expect(podNow('b')?.spec?.nodeName).toBe('sandbox');
  });

  it('leaves pods of another scheduler alone', () => {
    cluster = startSandboxCluster();
    pod('web', { schedulerName: 'mine' });
    cluster.run();
    expect(podNow('web')?.spec?.nodeName).toBeUndefined();
    expect(cluster.events()).toEqual([]);
  });
});

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

describe('volumes', () => {
  const claim = (name: string, spec: object = {}) =>
    cluster.objects.create<PersistentVolumeClaim>(PERSISTENT_VOLUME_CLAIMS, 'default', {
      metadata: { name },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec },
    });
  const claimNow = (name: string) =>
    cluster.objects.get<PersistentVolumeClaim>(PERSISTENT_VOLUME_CLAIMS, 'default', name);

  it('are folders, which go with their claim when no pod uses it any more', () => {
    const folder = mkdtempSync(join(tmpdir(), 'volumes-'));
    cluster = startSandboxCluster({ volumes: folder });
    claim('data');
    pod('db', { volumes: [{ name: 'd', persistentVolumeClaim: { claimName: 'data' } }] });
    cluster.run();
    expect(claimNow('data')).toMatchObject({ status: { phase: 'Bound', capacity: { storage: '1Gi' } } });
    expect(podNow('db')?.status?.phase).toBe('Running');
    const [volume] = cluster.objects.list<PersistentVolume>(PERSISTENT_VOLUMES);
    expect(claimNow('data')?.spec?.volumeName).toBe(volume?.metadata.name);
    const path = volume?.spec?.hostPath?.path ?? '';
    expect(dirname(path)).toBe(join(folder, 'default'));
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, 'kept'), 'text');
    cluster.objects.delete(PERSISTENT_VOLUME_CLAIMS, claimNow('data')!);
    cluster.run();
    expect(claimNow('data')?.metadata.deletionTimestamp).toBeDefined();
    expect(existsSync(join(path, 'kept'))).toBe(true);
    cluster.objects.delete(PODS, podNow('db')!);
    cluster.run();
    expect(claimNow('data')).toBeUndefined();
    expect(cluster.objects.list(PERSISTENT_VOLUMES)).toEqual([]);
    expect(existsSync(path)).toBe(false);
    rmSync(folder, { recursive: true });
  });

  it.each([
    ['Warning', 'ProvisioningFailed', 'fast', 'storageclass.storage.k8s.io "fast" not found'],
    [
      'Normal',
      'FailedBinding',
      '',
      'no persistent volumes available for this claim and no storage class is set',
    ],
  ])('that cannot be made: %s %s', (type, reason, storageClassName, message) => {
    cluster = startSandboxCluster();
    claim('data', { storageClassName });
    pod('db', { volumes: [{ name: 'd', persistentVolumeClaim: { claimName: 'data' } }] });
    cluster.run();
    expect(claimNow('data')?.status?.phase).toBe('Pending');
    expect(cluster.events()).toContain(`${type} ${reason} data: ${message}`);
    expect(scheduled('db')?.message).toBe(
      '0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found',
    );
  });

  it('of the user that fit are taken, and released', () => {
    cluster = startSandboxCluster();
    cluster.objects.create(PERSISTENT_VOLUMES, '', {
      metadata: { name: 'own' },
      spec: {
        storageClassName: 'own',
        accessModes: ['ReadWriteOnce'],
        capacity: { storage: '2Gi' },
        hostPath: { path: '/own' },
        persistentVolumeReclaimPolicy: 'Retain',
      },
    });
    claim('large', { storageClassName: 'own', resources: { requests: { storage: '3Gi' } } });
    claim('data', { storageClassName: 'own' });
    cluster.run();
    expect(claimNow('data')?.spec?.volumeName).toBe('own');
    expect(claimNow('large')?.status?.phase).toBe('Pending');
    cluster.objects.delete(PERSISTENT_VOLUME_CLAIMS, claimNow('data')!);
    cluster.run();
    expect(cluster.objects.get(PERSISTENT_VOLUMES, '', 'own')?.status).toMatchObject({ phase: 'Released' });
  });
});

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
