import { afterEach, describe, expect, it } from 'vitest';
import type { StoredObject } from '../../../../src/sandbox/api/objects/stored-object.ts';
import { NODES, PODS, type Pod } from '../../../../src/sandbox/controllers/objects.ts';
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
const podNow = (name: string) => cluster.objects.get<Pod>(PODS, 'default', name);
const scheduled = (name: string) =>
  podNow(name)?.status?.conditions?.find(({ type }) => type === 'PodScheduled');

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

  const alone =
    'no new claims to deallocate, preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.';
  const near = (kind: string, app: string) => ({
    affinity: {
      [kind]: {
        requiredDuringSchedulingIgnoredDuringExecution: [
          { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: { app } } },
        ],
      },
    },
  });
  const port = { containers: [{ ...container, ports: [{ containerPort: 80, hostPort: 8080 }] }] };
  it.each([
    [
      'one of its own',
      near('podAntiAffinity', 'web'),
      `1 node(s) didn't match pod anti-affinity rules. ${alone}`,
    ],
    ['none it wants', near('podAffinity', 'db'), `1 node(s) didn't match pod affinity rules. ${nowhere}`],
    ['one with its port', port, `1 node(s) didn't have free ports for the requested pod ports. ${alone}`],
    [
      'less room than it asks for',
      { containers: [{ ...container, resources: { requests: { cpu: '1500m' } } }] },
      `1 Insufficient cpu. ${alone}`,
    ],
    [
      'no zones to spread over',
      {
        topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule' }],
      },
      `1 node(s) didn't match pod topology spread constraints (missing required label). ${nowhere}`,
    ],
  ])('says of a pod beside %s what a real one says', (_, spec, message) => {
    cluster = startSandboxCluster({
      node: { metadata: { name: 'sandbox', labels: { 'kubernetes.io/hostname': 'sandbox' } } },
    });
    cluster.objects.updateStatus(NODES, { ...cluster.objects.get(NODES, '', 'sandbox')!, ...small });
    const resources = { requests: { cpu: '1' } };
    pod('a', { containers: [{ ...port.containers[0], resources }] });
    cluster.run();
    pod('b', spec);
    cluster.run();
    expect(scheduled('b')?.message).toBe(`0/1 nodes are available: ${message}`);
    cluster.objects.delete(PODS, podNow('a')!);
    pod('db', {}, { app: 'db' });
    cluster.run();
    const isStuck = message.includes('spread');
    expect(podNow('b')?.spec?.nodeName).toBe(isStuck ? undefined : 'sandbox');
  });

  it('holds a pod back as long as somebody wants to be asked first', () => {
    cluster = startSandboxCluster();
    pod('web', { schedulingGates: [{ name: 'example.com/quota' }] });
    cluster.run();
    expect(scheduled('web')).toMatchObject({
      ...{ status: 'False', reason: 'SchedulingGated' },
      message: 'Scheduling is blocked due to non-empty scheduling gates',
    });
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
