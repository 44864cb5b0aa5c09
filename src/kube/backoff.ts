/** ms of the first wait and of the longest one. */
const FIRST = 100;
const LONGEST = 10_000;

/**
 * How long to wait before attempt `failures + 1`, in ms: doubling from 0.1 s to 10 s, each shortened by up to half so
 * that many waiters do not come back at once. Pure. @param random in [0, 1)
 */
export function backoffDelay(failures: number, random: number): number {
  const full = Math.min(LONGEST, FIRST * 2 ** Math.max(0, failures - 1));
  return full * (1 - random / 2);
}
