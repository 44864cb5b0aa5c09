import { memo, useMemo } from 'react';
import type { LinePasses, LogStore } from '../logs/log-store.ts';
import { Lines } from './lines.tsx';
import { createLogTail } from './log-tail.ts';
import { logLines } from './panes/log-lines.ts';
import type { PaneBox } from './panes/pane.ts';

interface LogPaneProps {
  readonly box: PaneBox;
  readonly logs: LogStore;
  /** of the store: what is drawn again when it rises */
  readonly version: number;
  readonly passes: LinePasses;
  readonly filter: string;
  readonly of?: string;
  readonly pausedAt?: number;
}

/** The log lines that fit, the newest at the bottom, or those around where the logs were paused. */
export const LogPane = memo(function LogPane(props: LogPaneProps) {
  const { box, logs, version, passes, filter, of, pausedAt } = props;
  const tail = useMemo(() => createLogTail(logs, passes), [logs, passes]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the store is mutable; its version says when it changed
  const lines = useMemo(() => {
    const count = Math.max(0, box.height - 1);
    const shown = pausedAt === undefined ? tail.last(count) : windowAt(logs, passes, count, pausedAt);
    const below =
      pausedAt === undefined ? {} : { below: logs.countAfter(shown.at(-1)?.seq ?? pausedAt, passes) };
    return logLines(box, { lines: shown, filter, ...below, ...(of === undefined ? {} : { of }) });
  }, [box, logs, tail, version, passes, filter, of, pausedAt]);
  return <Lines lines={lines} />;
});

/** When the lines above a pause have left the store, the oldest that are kept are shown. */
function windowAt(logs: LogStore, passes: LinePasses, count: number, until: number) {
  const lines = logs.window({ passes, count, until });
  return lines.length === count
    ? lines
    : logs.window({ passes, count: Number.MAX_SAFE_INTEGER }).slice(0, count);
}
