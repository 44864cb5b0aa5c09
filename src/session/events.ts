import { z } from 'zod';
import { clusterEvents } from './cluster-events.ts';
import { deployEvents } from './deploy-events.ts';
import { imageEvents } from './image-events.ts';
import { sessionEvents } from './session-events.ts';

export { type ForwardSpec, SessionConfig } from './session-events.ts';

/** The version of the event format; raised when a reader of the older one could go wrong. */
export const EVENT_VERSION = 1;

const bodies = [...sessionEvents, ...imageEvents, ...deployEvents, ...clusterEvents] as const;

/** A fact, before it is stamped. */
export const EventBody = z.discriminatedUnion('type', bodies);
export type EventBody = z.infer<typeof EventBody>;

/** A fact as the log keeps it. `seq` counts from 1 without gaps; `at` is in ms since the epoch. */
export const SessionEvent = z.intersection(
  z.object({ v: z.literal(EVENT_VERSION), seq: z.number().int().positive(), at: z.number() }),
  EventBody,
);
export type SessionEvent = { v: typeof EVENT_VERSION; seq: number; at: number } & EventBody;
