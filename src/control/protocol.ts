import { z } from 'zod';
import { SessionEvent } from '../session/events.ts';
import { Failure } from '../session/failure.ts';
import { Status } from './status-schema.ts';

/** The version of the protocol; raised when a client of the older one could go wrong. */
export const CONTROL_VERSION = 1;

/** A line of a container's log, as the session numbered it. */
const ControlLogLine = z.object({
  seq: z.number().int().describe('counts the lines of the session from 1: read on with `after`'),
  targetId: z.string().describe('podUID/containerID'),
  namespace: z.string(),
  pod: z.string(),
  container: z.string(),
  owner: z.string().optional().describe('the workload: Kind/namespace/name'),
  time: z.string().describe('RFC 3339 as the kubelet gave it'),
  text: z.string(),
});

const LogItem = z.union([
  ControlLogLine,
  z.object({ dropped: z.number().int() }).describe('so many lines are gone for want of room'),
]);

export const WaitResult = z.object({
  outcome: z.enum(['current', 'failed', 'timeout']),
  failures: z.array(Failure),
  waitingFor: z.array(z.string()).describe('what is not there yet, in words'),
  status: Status,
});
export type WaitResult = z.infer<typeof WaitResult>;

const after = z
  .number()
  .int()
  .nonnegative()
  .optional()
  .describe('a number that was seen: what is newer comes');
const follow = z.boolean().optional().describe('stay for what comes');
const patterns = z.array(z.string()).optional().describe('regular expressions (RE2)');
const none = z.strictObject({});

/** Methods that are answered once. */
export const calls = {
  status: { params: none, result: Status },
  wait: {
    params: z.strictObject({
      name: z.string().optional().describe('an image or a workload; everything when absent'),
      for: z.literal('current'),
      timeoutMs: z.number().int().nonnegative(),
    }),
    result: WaitResult,
  },
  trigger: {
    params: z.strictObject({ name: z.string().optional() }),
    result: z.object({
      images: z.array(z.string()).describe('that are built again; everything when both are empty'),
      workloads: z.array(z.string()).describe('that are applied again, by their short names'),
      paused: z.boolean().describe('it begins when somebody resumes the session'),
    }),
  },
  pause: { params: none, result: z.object({ paused: z.boolean() }) },
  resume: { params: none, result: z.object({ paused: z.boolean() }) },
} as const;

/** Methods that are answered by a stream of items. */
export const streams = {
  events: { params: z.strictObject({ after, follow }), item: SessionEvent },
  logs: {
    params: z.strictObject({
      after,
      follow,
      query: z.string().optional().describe('pod name regex, or kind/name'),
      container: z.string().optional(),
      include: patterns,
      exclude: patterns,
    }),
    item: LogItem,
  },
  attach: {
    params: none,
    item: z.union([
      z.object({ snapshot: z.unknown().describe('the state of the session'), seq: z.number().int() }),
      SessionEvent,
    ]),
  },
} as const;

export type CallName = keyof typeof calls;
export type StreamName = keyof typeof streams;
export type CallParams<M extends CallName> = z.infer<(typeof calls)[M]['params']>;
export type CallResult<M extends CallName> = z.infer<(typeof calls)[M]['result']>;
export type StreamParams<M extends StreamName> = z.infer<(typeof streams)[M]['params']>;
export type StreamItem<M extends StreamName> = z.infer<(typeof streams)[M]['item']>;

const v = z.literal(CONTROL_VERSION);
const id = z.union([z.string(), z.number()]).describe('chosen by the client; unique among its open requests');

/** What a client sends, one a line. */
export const ClientMessage = z.union([
  z.object({ v, id, method: z.string(), params: z.record(z.string(), z.unknown()).optional() }),
  z.object({ v, id, cancel: z.literal(true) }).describe('ends the request of that id'),
]);
export type ClientMessage = z.infer<typeof ClientMessage>;

/** What the session sends, one a line. */
export const ServerMessage = z.union([
  z.object({ v, id, result: z.unknown() }),
  z.object({ v, id: id.nullable(), error: Failure }).describe('id is null when the line could not be read'),
  z.object({ v, id, item: z.unknown() }),
  z.object({ v, id, end: z.literal(true) }),
]);
export type ServerMessage = z.infer<typeof ServerMessage>;
