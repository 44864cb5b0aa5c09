import type { LogLine } from '../logs/log-line.ts';
import type { LinePasses, LogStore } from '../logs/log-store.ts';

/** The newest lines that pass a filter. */
export interface LogTail {
  /** The newest `count`, oldest first. */
  last(count: number): readonly LogLine[];
}

/**
 * Follows the lines that pass: what was looked at once is not looked at again, so that a filter that little passes does
 * not search the whole store ten times a second.
 */
export function createLogTail(logs: LogStore, passes: LinePasses): LogTail {
  let seen = 0;
  let room = 0;
  let lines: readonly LogLine[] = [];

  const grow = (count: number): void => {
    room = count;
    lines = logs.window({ passes, count });
  };
  const follow = (count: number): void => {
    const fresh = logs.window({ passes: () => true, count }).filter(passes);
    if (fresh.length > 0) lines = [...lines, ...fresh].slice(-room);
  };
  return {
    last(count) {
      const version = logs.version();
      if (count > room) grow(count);
      else if (version > seen) follow(version - seen);
      seen = version;
      return count === 0 ? [] : lines.slice(-count);
    },
  };
}
