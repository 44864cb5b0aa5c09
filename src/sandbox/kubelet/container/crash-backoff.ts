/** How long a container that ended waits until it is started again. In ms. */
export interface BackoffLimits {
  /** after the second end; doubled after each further one */
  readonly first: number;
  readonly most: number;
}

/** Of the kubelet (pkg/kubelet/kubelet.go). */
export const KUBELET_BACKOFF: BackoffLimits = { first: 10_000, most: 300_000 };

/**
 * ms to wait after an end. The first end is followed by a start at once; who ran twice as long as the longest wait has
 * a clean slate. Pure.
 * @param before what was waited last; undefined when it never ended
 */
export function nextBackoff(
  before: number | undefined,
  ranMs: number,
  { first, most }: BackoffLimits,
): number {
  if (before === undefined || ranMs > 2 * most) return 0;
  return Math.min(before === 0 ? first : before * 2, most);
}

/** As Go writes a duration: `10s`, `2m40s`. Pure. */
export function goDuration(ms: number): string {
  if (ms < 1000) return `${ms}ms`;
  const whole = Math.round(ms / 1000);
  const minutes = Math.floor(whole / 60);
  return `${minutes > 0 ? `${minutes}m` : ''}${whole % 60}s`;
}
