import { liveGenerations } from '../diagnosis/live-generations.ts';
import type { ImageState } from '../session/state.ts';
import { isMade } from '../session/sync-targets.ts';
import { formatTook } from './duration.ts';

/** Which generation of an image serves, and which is on its way. */
export interface GenerationView {
  /** of what serves; several during a rollout: "13, 14" */
  readonly live?: string;
  readonly next?: {
    readonly generation: number;
    readonly doing: 'building' | 'failed' | 'waiting' | 'built' | 'syncing';
    readonly took?: string;
  };
}

/** Pure. @param serving image refs that a workload serves with @param now ms since the epoch */
export function generationView(image: ImageState, serving: readonly string[], now: number): GenerationView {
  const live = liveGenerations(image, serving);
  const next = nextGeneration(image, live, now);
  return { ...(live.length > 0 ? { live: live.join(', ') } : {}), ...(next ? { next } : {}) };
}

function nextGeneration(image: ImageState, live: readonly number[], now: number): GenerationView['next'] {
  const { generation, build, failed, sync } = image;
  if (build)
    return { generation: build.generation, doing: 'building', took: formatTook(now - build.startedAt) };
  if (failed?.generation === generation) return { generation, doing: 'failed' };
  if (sync && sync.done !== generation) return { generation, doing: 'syncing' };
  if (!isMade(image)) return { generation, doing: 'waiting' };
  return live.length === 1 && live[0] === generation ? undefined : { generation, doing: 'built' };
}

/** "14", "14 live, 15 building 3.2 s", "1 building 0.40 s". Pure. */
export function longGeneration({ live, next }: GenerationView): string {
  const coming =
    next && [next.generation, next.doing, next.took].filter((part) => part !== undefined).join(' ');
  if (live === undefined) return coming ?? '';
  return coming === undefined ? live : `${live} live, ${coming}`;
}

/** "14", "14→15", "→1". Pure. */
export function shortGeneration({ live, next }: GenerationView): string {
  return `${live ?? ''}${next ? `→${next.generation}` : ''}`;
}
