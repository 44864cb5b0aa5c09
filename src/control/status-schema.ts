import { z } from 'zod';
import { Failure } from '../session/failure.ts';

/** How an image is. */
const ImageStatus = z.object({
  name: z.string(),
  generation: z.number().int().describe('of the newest save'),
  live: z.array(z.number().int()).describe('generations that serve; several during a rollout'),
  state: z
    .enum(['live', 'building', 'built', 'syncing', 'waiting', 'failed'])
    .describe('of the newest generation'),
  ref: z.string().optional().describe('the newest that was built'),
});

const WorkloadStatus = z.object({
  name: z.string().describe('as short as it is not ambiguous: what the commands take'),
  key: z.string().describe('Kind/namespace/name'),
  state: z.string().describe('in words, as the screen says it'),
  rollout: z.enum(['absent', 'progressing', 'complete', 'failed', 'suspended']),
  reason: z.string().optional(),
  desired: z.number().int(),
  ready: z.number().int(),
  images: z.array(z.string()).describe('refs of the pod template'),
});

const ForwardStatus = z.object({
  id: z.string(),
  address: z.string().optional().describe('host:port, while it is listened on'),
  failure: Failure.optional(),
});

/** What a running session knows, for scripts. */
export const Status = z.object({
  app: z.string(),
  context: z.string(),
  namespace: z.string(),
  phase: z.enum(['starting', 'running', 'stopping']),
  startedAt: z.number().describe('ms since the epoch'),
  paused: z.boolean(),
  superseded: z.string().optional().describe('who took the namespace and app over'),
  images: z.array(ImageStatus),
  workloads: z.array(WorkloadStatus),
  forwards: z.array(ForwardStatus),
  holds: z.array(z.object({ type: z.string(), what: z.string(), reason: z.string() })),
  failures: z.array(Failure),
  cursors: z.object({
    events: z.number().int().describe('number of the newest event'),
    logs: z.number().int().describe('number of the newest log line'),
  }),
});
export type Status = z.infer<typeof Status>;
