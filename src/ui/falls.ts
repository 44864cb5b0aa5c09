/** How often a workload that was ready has gone down in a row, with the same manifest. */
export interface Falls {
  readonly count: number;
  /** of the manifest */
  readonly hash: string;
}

export interface Fall {
  readonly hash: string;
  /** ms since the epoch */
  readonly at: number;
  readonly upSince: number;
}

export const noFalls: Falls = { count: 0, hash: '' };

/** Up for so long, it counts as mended: the kubelet, too, forgets its back-off after 10 minutes. */
export const CALM_MS = 600_000;

/** Pure. */
export function afterFall(falls: Falls, { hash, at, upSince }: Fall): Falls {
  const goesOn = falls.hash === hash && at - upSince < CALM_MS;
  return { count: goesOn ? falls.count + 1 : 1, hash };
}

/** Whether a fall is news, and getting up from it: the first three are, then every tenth. Pure. */
export function isTold({ count }: Falls): boolean {
  return count <= 3 || count % 10 === 0;
}

/** " (10 times)", so that nobody takes it for the fourth. Pure. */
export function timesWords({ count }: Falls): string {
  return count > 3 ? ` (${count} times)` : '';
}

/** Whether the manifest is the one that fell. Pure. */
export function isSameRun(falls: Falls, hash = ''): boolean {
  return falls.hash === hash;
}
