/** This long without another change, and a save is over: editors write within a few ms. */
export const QUIET_MS = 20;
/** But nothing waits longer than this for quiet. */
export const BOUND_MS = 2000;

export interface Coalescer {
  /** A path changed. */
  add(path: string): void;
  /** Forgets what was collected. */
  close(): void;
}

/**
 * Collects changed paths until 20 ms pass without another one, 2 s at most, and hands them over together. What `ready`
 * answers decides: a number of ms to wait and ask again, or 0 to hand over now.
 */
export function createCoalescer(
  handOver: (paths: readonly string[]) => void,
  ready: (paths: readonly string[], waited: number) => number = () => 0,
): Coalescer {
  const paths = new Set<string>();
  let since = 0;
  let timer: NodeJS.Timeout | undefined;

  const flush = () => {
    const waited = Date.now() - since;
    const more = ready([...paths], waited);
    if (more > 0) {
      timer = setTimeout(flush, more);
      return;
    }
    timer = undefined;
    const changed = [...paths];
    paths.clear();
    handOver(changed);
  };

  return {
    add(path) {
      if (paths.size === 0) since = Date.now();
      paths.add(path);
      clearTimeout(timer);
      const left = since + BOUND_MS - Date.now();
      timer = setTimeout(flush, Math.max(0, Math.min(QUIET_MS, left)));
    },
    close() {
      clearTimeout(timer);
      paths.clear();
    },
  };
}
