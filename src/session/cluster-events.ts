import { z } from 'zod';
import { event } from './define-event.ts';
import { Failure } from './failure.ts';
import {
  NodeObserved,
  PodObserved,
  QuotaObserved,
  ResourceKey,
  ServiceObserved,
  WarningObserved,
  WorkloadObserved,
} from './observed.ts';

/** What runs, and the ways to it. */
export const clusterEvents = [
  event('workload.observed', { workload: WorkloadObserved }, 'A workload changed.'),
  event('workload.deleted', { key: ResourceKey }, 'A workload is gone.'),
  event('pod.observed', { pod: PodObserved }, 'A pod changed.'),
  event(
    'pod.answered',
    { namespace: z.string(), name: z.string(), uid: z.string(), instances: z.string() },
    'The readiness probes of a pod answered when rockpool asked them itself, before the kubelet said so.',
  ),
  event(
    'pod.overlooked',
    { namespace: z.string(), name: z.string(), uid: z.string() },
    'For some seconds no scheduler has looked at a pod, or its volumes were not there.',
  ),
  event('pod.deleted', { namespace: z.string(), name: z.string(), uid: z.string() }, 'A pod is gone.'),
  event('service.observed', { service: ServiceObserved }, 'A Service changed.'),
  event('service.deleted', { namespace: z.string(), name: z.string() }, 'A Service is gone.'),
  event('node.observed', { node: NodeObserved }, 'A node changed.'),
  event('node.deleted', { name: z.string() }, 'A node is gone.'),
  event('quota.observed', { quota: QuotaObserved }, 'A ResourceQuota changed.'),
  event('quota.deleted', { namespace: z.string(), name: z.string() }, 'A ResourceQuota is gone.'),
  event('warning.observed', { warning: WarningObserved }, 'A part of the cluster warned of an object.'),
  event(
    'crash.read',
    { target: z.string(), lines: z.array(z.string()).describe('oldest first') },
    'The last lines of a container instance that ended with an error were read.',
  ),
  event(
    'crash.late',
    { target: z.string() },
    'The last lines of a container instance that ended with an error are not there yet: the failure is told without.',
  ),
  event(
    'port.refused',
    {
      forward: z.string(),
      namespace: z.string(),
      pod: z.string(),
      uid: z.string(),
      port: z.number().int(),
      message: z.string(),
    },
    'Nobody listens on a port of a pod that a connection was made to.',
  ),
  event(
    'port.answered',
    { namespace: z.string(), pod: z.string(), uid: z.string(), port: z.number().int() },
    'A port that refused connections takes them now, or nothing leads there any more.',
  ),
  event('cluster.lost', { failure: Failure }, 'The apiserver does not answer.'),
  event('cluster.found', {}, 'The apiserver answers again.'),
  event('forward.opened', { forward: z.string(), port: z.number().int() }, 'A local port is listened on.'),
  event('forward.failed', { forward: z.string(), failure: Failure }, 'A local port cannot be had.'),
  event('logs.ended', { target: z.string() }, 'The last line of a container instance was read.'),
] as const;
