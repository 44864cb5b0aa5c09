import { z } from 'zod';
import { Failure, Places } from './failure.ts';
import {
  NodeObserved,
  PodObserved,
  ResourceKey,
  ServiceObserved,
  WarningObserved,
  WorkloadObserved,
} from './observed.ts';

/** The version of the event format; raised when a reader of the older one could go wrong. */
export const EVENT_VERSION = 1;

const generation = z.number().int().positive().describe('the number of a save, per image');
const image = z.string().describe('image name as the manifests write it');

/** What of the configuration the session keeps: no values, arguments or secrets, so that a log can be shared. */
export const SessionConfig = z.object({
  images: z.array(
    z.object({
      name: image,
      context: z.string().describe('path relative to the project'),
      dockerfile: z.string(),
      needs: z.array(image).describe('images of this project that its FROM and COPY --from lines name'),
      inputs: z.string().describe('hash of its configuration: another one asks for a build'),
    }),
  ),
  sources: z.string().describe('hash of what is watched: another one asks for a new watcher'),
  forwards: z.array(
    z.object({
      id: z.string().describe('kind/name:port'),
      kind: z.enum(['service', 'deployment', 'statefulset', 'daemonset', 'pod']),
      name: z.string(),
      namespace: z.string(),
      port: z.union([z.number().int(), z.string()]),
      local: z.union([z.number().int(), z.literal('auto')]),
    }),
  ),
  namespaces: z.array(z.string()).describe('namespaces to observe, the session one first'),
});
export type SessionConfig = z.infer<typeof SessionConfig>;
export type ForwardSpec = SessionConfig['forwards'][number];

const event = <T extends string, S extends z.ZodRawShape>(type: T, shape: S, description: string) =>
  z.object({ type: z.literal(type), ...shape }).describe(description);

const bodies = [
  event(
    'session.started',
    { app: z.string(), context: z.string(), namespace: z.string() },
    'The session began.',
  ),
  event('session.stopping', { reason: z.string() }, 'The session was asked to end.'),
  event('session.paused', {}, 'Changes are collected, not acted on, because somebody asked for it.'),
  event('session.resumed', {}, 'Changes are acted on again.'),
  event(
    'lease.lost',
    { holder: z.string().describe('who has it now, in words') },
    'Another session took over the namespace and app.',
  ),
  event(
    'machine.slept',
    { ms: z.number() },
    'Time passed in which nothing ran here: the machine slept, or the process was stopped.',
  ),
  event('config.loaded', { generation, config: SessionConfig }, 'rockpool.yaml was read and is valid.'),
  event(
    'config.failed',
    { generation, failures: z.array(Failure) },
    'rockpool.yaml has problems; the last good one stays in force.',
  ),
  event('watch.started', {}, 'The sources are being watched.'),
  event('watch.failed', { failure: Failure }, 'The sources cannot be watched.'),
  event(
    'watch.held',
    { reason: z.string() },
    'Changes are being collected, not acted on: a git checkout, rebase or merge runs.',
  ),
  event('watch.released', {}, 'Changes are acted on again.'),
  event(
    'files.changed',
    {
      images: z
        .record(image, z.array(z.string()))
        .describe('changed files by the images whose build context holds them, at most 20 each'),
      manifests: z.array(z.string()),
      config: z.array(z.string()),
      count: z.number().int().describe('how many files changed in all'),
    },
    'Files changed, taken together after a moment of quiet.',
  ),
  event('rebuild.requested', { images: z.array(image) }, 'Somebody asked for a rebuild; empty: everything.'),
  event(
    'retry.due',
    {
      what: z.enum(['deploy', 'image', 'forward', 'watch']),
      name: z.string().describe('of the image or the forward'),
    },
    'Something that failed for a reason that may pass by itself is tried again.',
  ),
  event('build.started', { image, generation, ref: z.string() }, 'A build began.'),
  event(
    'build.progressed',
    { image, generation, step: z.string(), index: z.number().int(), total: z.number().int() },
    'A build reached a step of its Dockerfile.',
  ),
  event(
    'build.succeeded',
    {
      image,
      generation,
      ref: z.string().describe('name:tag, the tag being a hash of what went in'),
      skipped: z.boolean().describe('the daemon had it already'),
      durationMs: z.number(),
    },
    'An image is in the daemon.',
  ),
  event(
    'image.settled',
    {
      image,
      generation,
      restless: z.boolean().describe('saves did not cease: the build is not overtaken any more'),
    },
    'Saves overtook a build, and no further one followed: it may be built now.',
  ),
  event('build.failed', { image, generation, failure: Failure }, 'A build failed.'),
  event(
    'image.delivered',
    {
      image,
      generation,
      ref: z.string(),
      way: z.string().describe('in words: "minikube image load"'),
      skipped: z.boolean().describe('the nodes had it already'),
      durationMs: z.number(),
    },
    'An image was brought from the daemon to the nodes.',
  ),
  event(
    'image.gone',
    { image, ref: z.string() },
    'A tag of ours that a pod needs is not on the node any more: it is built again.',
  ),
  event(
    'pods.woken',
    { image, generation, pods: z.array(z.string()).describe('uids') },
    'The kubelet was told to look again at pods that waited for an image which is there now.',
  ),
  event(
    'images.pruned',
    { generation, refs: z.array(z.string()), bytes: z.number() },
    'Old tags of the project were deleted from the daemon.',
  ),
  event(
    'manifests.rendered',
    {
      generation,
      resources: z.array(
        z.object({
          key: ResourceKey,
          file: z.string(),
          images: z.array(image),
          hash: z.string().optional().describe('of the manifest as rendered'),
          places: Places.optional().describe('where the fields are written that a failure may be due to'),
        }),
      ),
      held: z.array(z.object({ key: ResourceKey, image })).describe('left out until their image was built'),
      warnings: z.array(z.string()),
    },
    'The manifests were rendered.',
  ),
  event(
    'resource.applied',
    {
      generation,
      key: ResourceKey,
      hash: z.string().describe('of the manifest as sent'),
      outcome: z.enum(['created', 'changed', 'unchanged']),
      warnings: z.array(z.string()),
      revision: z.number().int().optional().describe('metadata.generation of the object afterwards'),
    },
    'The apiserver accepted a manifest.',
  ),
  event(
    'resource.pruned',
    {
      generation,
      key: ResourceKey,
      outcome: z.enum(['deleted', 'kept']),
      reason: z.string().optional().describe('why it was kept, and what to do'),
    },
    'A resource that the manifests no longer have was deleted, or kept with a reason.',
  ),
  event(
    'resource.adopted',
    { generation, key: ResourceKey, managers: z.array(z.string()).describe('whose fields it took over') },
    'A resource that others made is managed by the project from now on.',
  ),
  event(
    'deploy.held',
    { generation, key: ResourceKey, reason: z.string().describe('in words, what is waited for') },
    'An apply waits for something that is about to pass.',
  ),
  event(
    'deploy.succeeded',
    { generation, durationMs: z.number() },
    'Everything that could be applied is applied.',
  ),
  event('deploy.failed', { generation, failures: z.array(Failure) }, 'Rendering or applying failed.'),
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
  event('warning.observed', { warning: WarningObserved }, 'A part of the cluster warned of an object.'),
  event(
    'crash.read',
    { target: z.string(), lines: z.array(z.string()).describe('oldest first') },
    'The last lines of a container instance that ended with an error were read.',
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
  event(
    'effect.crashed',
    { effect: z.string(), message: z.string() },
    'Work ended without a result: a bug in rockpool.',
  ),
] as const;

/** A fact, before it is stamped. */
export const EventBody = z.discriminatedUnion('type', bodies);
export type EventBody = z.infer<typeof EventBody>;

/** A fact as the log keeps it. `seq` counts from 1 without gaps; `at` is in ms since the epoch. */
export const SessionEvent = z.intersection(
  z.object({ v: z.literal(EVENT_VERSION), seq: z.number().int().positive(), at: z.number() }),
  EventBody,
);
export type SessionEvent = { v: typeof EVENT_VERSION; seq: number; at: number } & EventBody;
