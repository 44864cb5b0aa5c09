import type { SessionEvent } from '../session/events.ts';
import type { ResourceKey } from '../session/observed.ts';
import type { ImageState, SessionState } from '../session/state.ts';
import { formatTook } from './duration.ts';

/** What somebody wanted, and when. */
export interface Asked {
  readonly what: 'save' | 'trigger';
  readonly at: number;
}

/** Pure. */
export function askedBy({ type, at }: SessionEvent): Asked | undefined {
  if (type === 'files.changed') return { what: 'save', at };
  return type === 'rebuild.requested' ? { what: 'trigger', at } : undefined;
}

interface Ready {
  readonly key: ResourceKey;
  readonly event: SessionEvent;
  readonly next: SessionState;
  /** when it became ready before; 0: never */
  readonly since: number;
  /** the newest of what changed what should run; absent: nothing did since the start */
  readonly asked: Asked | undefined;
}

/**
 * " 2.0 s after the save": since what it was that made a workload ready, a save, a trigger, an apply, the start; empty
 * where none of these did. Pure.
 */
export function readyAfter({ key, next, event, since, asked }: Ready, images: readonly ImageState[]): string {
  const after = (at: number, what: string) => ` ${formatTook(event.at - at)} after the ${what}`;
  const newest = images.filter((image) => image.changedFiles.length > 0 && image.changedAt > since);
  const saved = Math.max(0, ...newest.map((image) => image.changedAt));
  if (saved > 0) return after(saved, 'save');
  if (asked === undefined) return since === 0 ? after(next.startedAt, 'start') : '';
  if (images.some(({ changedAt }) => changedAt === asked.at)) return after(asked.at, asked.what);
  const { changedAt = 0 } = next.resources[key] ?? {};
  return changedAt > Math.max(since, asked.at) ? after(changedAt, 'apply') : '';
}
