import type { Deployment } from '../objects.ts';
import { shareOf } from '../share-of.ts';

/** How far a rolling update may go from the number of pods that are wanted. */
export interface Bounds {
  /** pods more */
  readonly surge: number;
  /** pods that may be missing */
  readonly unavailable: number;
}

/**
 * Shares are rounded up for pods more and down for pods that are missing; one that is missing is always allowed when none
 * more is (ResolveFenceposts in pkg/controller/deployment/util). Pure.
 */
export function boundsOf({ spec }: Deployment): Bounds {
  const replicas = spec?.replicas ?? 1;
  const { type, rollingUpdate } = spec?.strategy ?? {};
  if (type === 'Recreate') return { surge: 0, unavailable: 0 };
  const surge = Math.ceil(shareOf(rollingUpdate?.maxSurge ?? '25%', replicas));
  const unavailable = Math.floor(shareOf(rollingUpdate?.maxUnavailable ?? '25%', replicas));
  const least = surge === 0 && unavailable === 0 ? 1 : unavailable;
  return { surge, unavailable: Math.min(least, replicas) };
}
