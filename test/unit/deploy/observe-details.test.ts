import { describe, expect, it } from 'vitest';
import { observePod, type RawPod } from '../../../src/deploy/observe-pod.ts';
import { observeWorkload } from '../../../src/deploy/observe-workload.ts';

type Spec = NonNullable<RawPod['spec']>;
type Container = Spec['containers'][number];

const pod = (spec: Partial<Spec>, status: RawPod['status'] = {}): RawPod => ({
  metadata: { name: 'web-1', namespace: 'shop', uid: 'u' },
  spec: { containers: [{ name: 'web' }], ...spec },
  status,
});
const containerOf = (container: Partial<Container>) =>
  observePod(pod({ containers: [{ name: 'web', ...container }] }), 'shop').containers[0];

describe('what explains a failure', () => {
  it.each<[Partial<Container>, string]>([
    [{ readinessProbe: { httpGet: { path: '/ready', port: 8080 } } }, 'GET :8080/ready'],
    [{ readinessProbe: { httpGet: { port: 8443, scheme: 'HTTPS' } } }, 'GET https :8443/'],
    [
      { ports: [{ name: 'http', containerPort: 80 }], readinessProbe: { httpGet: { port: 'http' } } },
      'GET :80/',
    ],
    [{ readinessProbe: { tcpSocket: { port: 5432 } } }, 'TCP :5432'],
    [{ readinessProbe: { grpc: { port: 9000, service: 'shop' } } }, 'gRPC :9000 shop'],
    [{ readinessProbe: { exec: { command: ['cat', '/tmp/ready'] } } }, 'exec: cat /tmp/ready'],
  ])('what a probe asks: %j', (container, asks) => {
    expect(containerOf(container)?.probes).toEqual({ readiness: { asks, threshold: 3 } });
  });

  it('what a container asks for, and how its last instance ended', () => {
    const containers = [
      {
        name: 'web',
        resources: { requests: { cpu: '2' }, limits: { memory: '1Gi' } },
        ports: [{ containerPort: 80 }],
        livenessProbe: { tcpSocket: { port: 80 }, failureThreshold: 5 },
      },
    ];
    const terminated = {
      exitCode: 137,
      reason: 'OOMKilled',
      containerID: 'c1',
      finishedAt: '2026-11-26T02:00:00Z',
    };
    const state = { running: { startedAt: '2026-11-26T02:00:05Z' } };
    const status = { name: 'web', image: 'i', imageID: 'i', ready: true, restartCount: 1, containerID: 'c2' };
    const [seen] = observePod(
      pod({ containers }, { containerStatuses: [{ ...status, state, lastState: { terminated } }] }),
      'shop',
    ).containers;
    expect(seen).toMatchObject({
      ...{ requests: { cpu: '2' }, memoryLimit: '1Gi', declared: [80], containerId: 'c2' },
      probes: { liveness: { asks: 'TCP :80', threshold: 5 } },
      ended: { containerId: 'c1', exitCode: 137, reason: 'OOMKilled', at: Date.UTC(2026, 10, 26, 2) },
      startedAt: Date.UTC(2026, 10, 26, 2, 0, 5),
    });
  });

  it('a scheduler that has not looked at the pod, until it has', () => {
    const spec = { schedulerName: 'mine', nodeSelector: { disk: 'ssd' } };
    expect(observePod(pod(spec), 'shop')).toMatchObject({ scheduler: 'mine', nodeSelector: { disk: 'ssd' } });
    expect(observePod(pod({ ...spec, nodeName: 'one' }), 'shop').scheduler).toBeUndefined();
    const conditions = [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable' }];
    expect(observePod(pod(spec, { conditions }), 'shop').scheduler).toBeUndefined();
  });

  it('the claims that a pod mounts', () => {
    const volumes = [
      { name: 'a', persistentVolumeClaim: { claimName: 'data' } },
      { name: 'b', emptyDir: {} },
    ];
    expect(observePod(pod({ volumes }), 'shop').claims).toEqual(['data']);
  });

  it('why the pods of a workload cannot be made, and the labels they would have', () => {
    const conditions = [{ type: 'ReplicaFailure', status: 'True', message: 'exceeded quota' }];
    const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [] } };
    const object = {
      metadata: { name: 'web', namespace: 'shop' },
      spec: { template },
      status: { conditions },
    };
    expect(observeWorkload('Deployment', object, 'shop')).toMatchObject({
      ...{ podLabels: { app: 'web' }, refused: 'exceeded quota' },
    });
  });
});
