/** How long a dial must go without a refusal until the port is taken to be listened on: the dial itself does not tell. */
export interface RefusalTime {
  /** A refusal came, so many ms after the dial. */
  refused(ms: number): void;
  /** ms to wait for one */
  wait(): number;
}

/** ms: on a machine with nothing else to do a refusal comes within 20. */
const SHORTEST = 60;
const LONGEST = 1000;
/** How much slower than the slowest of the last ones the next may be. */
const MARGIN = 3;
/** How many of the last ones count. */
const KEPT = 10;

/** Learns from the refusals of one port how long they take where it runs: on a busy machine several times as long. */
export function createRefusalTime(): RefusalTime {
  const last: number[] = [];
  return {
    refused(ms) {
      last.push(ms);
      if (last.length > KEPT) last.shift();
    },
    wait: () => Math.min(LONGEST, Math.max(SHORTEST, MARGIN * Math.max(0, ...last))),
  };
}
