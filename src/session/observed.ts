import { z } from 'zod';

/** `Kind/namespace/name`; cluster-scoped resources have an empty namespace: `Namespace//shop`. */
export const ResourceKey = z
  .string()
  .describe('Kind/namespace/name; the namespace is empty for cluster-scoped kinds');
export type ResourceKey = string;

/** How a container is asked whether it is ready, as far as rockpool can ask it itself. */
export const ReadinessProbe = z.object({
  kind: z.enum(['http', 'https', 'tcp']),
  port: z.number().int(),
  path: z.string().optional(),
  headers: z.record(z.string(), z.string()).optional(),
});
export type ReadinessProbe = z.infer<typeof ReadinessProbe>;

/** A probe of a container, for people to read. */
export const ProbeObserved = z.object({
  asks: z.string().describe('"GET :8080/healthz", "TCP :5432", "exec: cat /tmp/ready"'),
  threshold: z.number().int().describe('failures in a row until the kubelet acts on them'),
});
export type ProbeObserved = z.infer<typeof ProbeObserved>;

/** How an instance of a container ended. */
export const EndObserved = z.object({
  containerId: z.string(),
  exitCode: z.number().int(),
  reason: z.string().optional().describe('Error, OOMKilled, Completed, StartError…'),
  message: z.string().optional(),
  at: z.number().describe('ms since the epoch; the cluster tells whole seconds'),
});
export type EndObserved = z.infer<typeof EndObserved>;

/** A container of a pod as last reported by the kubelet. */
export const ContainerObserved = z.object({
  name: z.string(),
  kind: z.enum(['init', 'app', 'ephemeral']),
  image: z.string().describe('as the pod spec names it'),
  containerId: z
    .string()
    .optional()
    .describe('runtime://id of the instance to read logs from; absent before the first start'),
  state: z.enum(['waiting', 'running', 'terminated']),
  synced: z.literal(true).optional().describe('files were written into this instance'),
  reason: z.string().optional().describe('CrashLoopBackOff, ImagePullBackOff, OOMKilled, Completed…'),
  message: z.string().optional(),
  exitCode: z.number().int().optional().describe('of the last ended instance'),
  ended: EndObserved.optional().describe('the last instance that ended'),
  startedAt: z.number().optional().describe('of the running instance, ms since the epoch'),
  ready: z.boolean(),
  restarts: z.number().int(),
  ports: z.record(z.string(), z.number().int()).describe('named container ports'),
  declared: z.array(z.number().int()).optional().describe('all container ports; absent when there are none'),
  requests: z.record(z.string(), z.string()).optional().describe('resources asked for: cpu, memory…'),
  memoryLimit: z.string().optional(),
  probes: z
    .object({
      readiness: ProbeObserved.optional(),
      liveness: ProbeObserved.optional(),
      startup: ProbeObserved.optional(),
    })
    .optional()
    .describe('absent when there are none'),
  probe: ReadinessProbe.optional().describe(
    'absent when rockpool cannot ask as the kubelet does (exec, grpc, a startup probe)',
  ),
});
export type ContainerObserved = z.infer<typeof ContainerObserved>;

/** A pod as far as the session needs it. */
export const PodObserved = z.object({
  namespace: z.string(),
  name: z.string(),
  uid: z.string(),
  labels: z.record(z.string(), z.string()),
  mine: z.boolean().describe('it carries the session app label'),
  owner: ResourceKey.optional().describe('the workload it belongs to, ReplicaSets skipped'),
  phase: z.enum(['Pending', 'Running', 'Succeeded', 'Failed', 'Unknown']),
  ready: z.boolean().describe('the Ready condition'),
  deleting: z.boolean(),
  createdAt: z.number().describe('ms since the epoch'),
  reason: z.string().optional().describe('Evicted, Unschedulable…'),
  message: z.string().optional(),
  node: z.string().optional().describe('name of the node it was given to'),
  scheduler: z.string().optional().describe('its schedulerName, as long as no scheduler has looked at it'),
  nodeSelector: z.record(z.string(), z.string()).optional(),
  claims: z.array(z.string()).optional().describe('names of the PersistentVolumeClaims it mounts'),
  containers: z.array(ContainerObserved),
});
export type PodObserved = z.infer<typeof PodObserved>;

/** A workload with the state of its rollout. */
export const WorkloadObserved = z.object({
  key: ResourceKey,
  mine: z.boolean(),
  rollout: z.enum(['progressing', 'complete', 'failed', 'suspended']),
  reason: z.string().optional().describe('in words: "1 of 3 pods updated", "exceeded its progress deadline"'),
  desired: z.number().int(),
  updated: z.number().int(),
  ready: z.number().int(),
  images: z.array(z.string()).describe('of all containers of the pod template'),
  podLabels: z.record(z.string(), z.string()).optional().describe('labels of the pod template'),
  refused: z.string().optional().describe('why its pods cannot be made, in the words of its ReplicaFailure'),
  revision: z.number().int().optional().describe('metadata.generation of the object as it was observed'),
  uid: z.string().optional().describe('of the object'),
});
export type WorkloadObserved = z.infer<typeof WorkloadObserved>;

/** A Service, for forwards. */
export const ServiceObserved = z.object({
  namespace: z.string(),
  name: z.string(),
  selector: z.record(z.string(), z.string()).optional(),
  ports: z.array(
    z.object({
      name: z.string().optional(),
      port: z.number().int(),
      targetPort: z.union([z.number().int(), z.string()]),
    }),
  ),
});
export type ServiceObserved = z.infer<typeof ServiceObserved>;

/** A node of the cluster. */
export const NodeObserved = z.object({
  name: z.string(),
  ready: z.boolean(),
  unschedulable: z.boolean().describe('cordoned'),
  reason: z.string().optional().describe('KubeletNotReady, NodeStatusUnknown, MemoryPressure…'),
  message: z.string().optional(),
});
export type NodeObserved = z.infer<typeof NodeObserved>;

/** A ResourceQuota. */
export const QuotaObserved = z.object({
  namespace: z.string(),
  name: z.string(),
  hard: z.record(z.string(), z.string()).describe('what it allows'),
});
export type QuotaObserved = z.infer<typeof QuotaObserved>;

/** What a part of the cluster says against an object: a Kubernetes Event of type Warning. */
export const WarningObserved = z.object({
  about: ResourceKey,
  uid: z.string().describe('of the object'),
  reason: z.string().describe('FailedScheduling, Unhealthy, FailedMount, FailedCreate, BackOff…'),
  message: z.string(),
  source: z.string().describe('kubelet, default-scheduler, replicaset-controller…'),
  container: z.string().optional().describe('name of the container that it concerns'),
  count: z.number().int(),
  at: z.number().describe('ms since the epoch, of the newest occurrence'),
});
export type WarningObserved = z.infer<typeof WarningObserved>;
