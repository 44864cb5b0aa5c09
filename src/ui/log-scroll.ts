import type { LinePasses, LogStore } from '../logs/log-store.ts';
import type { LogScroll } from './screen-state.ts';

/** Pages through the lines that pass. A page keeps one line of the one before. @param height lines of the pane */
export function createLogScroll(logs: LogStore, passes: LinePasses, height: number): LogScroll {
  const step = Math.max(1, height - 1);
  const bottomOf = (lines: readonly { seq: number }[], index: number) => lines[index]?.seq;
  return {
    pageUp: (from) => {
      const lines = logs.window({
        passes,
        count: height + step,
        ...(from === undefined ? {} : { until: from }),
      });
      return lines.length < height
        ? from
        : (bottomOf(lines, Math.max(height, lines.length - step) - 1) ?? from);
    },
    pageDown: (from) => {
      if (from === undefined) return undefined;
      const newer = logs.countAfter(from, passes);
      return newer <= step ? undefined : bottomOf(logs.window({ passes, count: newer }), step - 1);
    },
    oldest: () => {
      const lines = logs.window({ passes, count: Number.MAX_SAFE_INTEGER });
      return lines.length <= height ? undefined : bottomOf(lines, height - 1);
    },
  };
}
