import type { ResourceKey } from '../session/observed.ts';

/** A line of a container's log. */
export interface LogLine {
  /** the instance it was written by, see LogTarget.id */
  readonly targetId: string;
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** RFC 3339 as the kubelet gave it, mostly with nine digits; empty for what the kubelet itself says in place of a log */
  readonly time: string;
  readonly text: string;
  /** counts the lines of a store from 1, in the order of their arrival */
  readonly seq: number;
  readonly owner?: ResourceKey;
}

/** A line that no store has numbered yet. */
export type UnnumberedLine = Omit<LogLine, 'seq'>;
