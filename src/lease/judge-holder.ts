import { DURATION, type Lease, type LeaseHolder, renewedAt } from './lease-record.ts';

export interface Judge {
  readonly self: Pick<LeaseHolder, 'host' | 'hostname'>;
  /** ms since the epoch */
  readonly now: number;
  /** Whether a process of this system still is the one that began then. */
  isRunning(pid: number, began: string): Promise<boolean>;
}

/**
 * Whether the holder of a lease is still there. Of a process of this system that is known for sure, also while it is
 * stopped or the machine slept. Clocks are compared within one machine only; of another one a renewal just now is taken for
 * a sign of life, and everything else is unknown: watch for a renewal.
 */
export async function judgeHolder(
  lease: Lease,
  holder: LeaseHolder,
  { self, now, isRunning }: Judge,
): Promise<'alive' | 'dead' | 'unknown'> {
  if (holder.host !== '' && holder.host === self.host) {
    return (await isRunning(holder.pid, holder.began)) ? 'alive' : 'dead';
  }
  const age = now - renewedAt(lease);
  if (holder.hostname !== '' && holder.hostname === self.hostname) return age > DURATION ? 'dead' : 'alive';
  return Math.abs(age) < DURATION ? 'alive' : 'unknown';
}
