import type { Deployment } from '../objects.ts';

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
  const surge = Math.ceil(share(rollingUpdate?.maxSurge ?? '25%', replicas));
  const unavailable = Math.floor(share(rollingUpdate?.maxUnavailable ?? '25%', replicas));
  const least = surge === 0 && unavailable === 0 ? 1 : unavailable;
  return { surge, unavailable: Math.min(least, replicas) };
}

/** `25%` of a number, or a number by itself. Pure. */
function share(value: number | string, total: number): number {
  return typeof value === 'number' ? value : (Number.parseInt(value, 10) * total) / 100;
}
