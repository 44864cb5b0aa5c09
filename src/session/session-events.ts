import { z } from 'zod';
import { event, generation, image } from './define-event.ts';
import { Failure } from './failure.ts';
import { ResourceKey } from './observed.ts';

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

/** The session itself, its configuration and its sources. */
export const sessionEvents = [
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
      synced: z.array(image).optional().describe('images of which every changed file matches a sync rule'),
      manifests: z.array(z.string()),
      config: z.array(z.string()),
      count: z.number().int().describe('how many files changed in all'),
    },
    'Files changed, taken together after a moment of quiet.',
  ),
  event(
    'rebuild.requested',
    {
      images: z.array(image),
      workloads: z.array(ResourceKey).optional().describe('to be applied although they have not changed'),
    },
    'Somebody asked for a rebuild; no images and no workloads: everything.',
  ),
  event(
    'retry.due',
    {
      what: z.enum(['deploy', 'image', 'forward', 'watch']),
      name: z.string().describe('of the image or the forward'),
    },
    'Something that failed for a reason that may pass by itself is tried again.',
  ),
  event(
    'effect.crashed',
    { effect: z.string(), message: z.string() },
    'Work ended without a result: a bug in rockpool.',
  ),
] as const;
