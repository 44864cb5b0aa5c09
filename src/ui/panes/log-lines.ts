import type { LogLine } from '../../logs/log-line.ts';
import { logLineText } from './log-line-text.ts';
import { fillPane, type PaneBox, ruleLine } from './pane.ts';

/** What the log pane shows. */
export interface LogView {
  /** oldest first, no more than the pane has room for */
  readonly lines: readonly LogLine[];
  /** what they are limited to: a workload's name */
  readonly of?: string;
  readonly filter: string;
  /** lines below the last one shown; undefined while the logs are followed */
  readonly below?: number;
}

/** The log pane: a title that says what is shown, then lines. Pure but for the memory of logLineText. */
export function logLines(box: PaneBox, view: LogView): string[] {
  if (box.height <= 0) return [];
  const { width, paint } = box;
  const lines = view.lines.map((line) => logLineText(line, width, paint));
  const empty = view.filter === '' ? 'no log lines yet' : `no line has "${view.filter}"`;
  return fillPane(box, [
    ruleLine(box, titleOf(view), noteOf(view)),
    ...(lines.length > 0 ? lines : [paint(`  ${empty}`, 'dim')]),
  ]);
}

function titleOf({ of, filter }: LogView): string {
  const what = of === undefined ? 'logs' : `logs of ${of}`;
  return filter === '' ? what : `${what} with "${filter}"`;
}

function noteOf({ below }: LogView): string {
  if (below === undefined) return 'following';
  return `paused, ${below} new ${below === 1 ? 'line' : 'lines'} below; G follows`;
}
