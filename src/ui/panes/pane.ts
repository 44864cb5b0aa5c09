import stringWidth from 'string-width';
import { cut, fitWidth } from '../fit-width.ts';
import type { Paint, Style } from '../paint.ts';
import type { Severity } from '../row-state.ts';

/** Where and how a pane is drawn. Every line a pane returns is exactly `width` cells wide. */
export interface PaneBox {
  readonly width: number;
  readonly height: number;
  readonly paint: Paint;
}

/** A line that parts panes, with a title on the left and a note on the right. Pure. */
export function ruleLine({ width, paint }: PaneBox, title: string, note = '', style: Style = 'dim'): string {
  const right =
    note === '' ? '' : ` ${cut(note, Math.max(Math.floor(width / 2), width - stringWidth(title) - 7))} ─`;
  const left = `─ ${cut(title, Math.max(0, width - stringWidth(right) - 4))} `;
  const fill = '─'.repeat(Math.max(0, width - stringWidth(left) - stringWidth(right)));
  return paint(fitWidth(left + fill + right, width), style);
}

/** The lines in the pane's exact height and width. Pure. */
export function fillPane({ width, height }: PaneBox, lines: readonly string[]): string[] {
  return Array.from({ length: Math.max(0, height) }, (_, index) => fitWidth(lines[index] ?? '', width));
}

/** How each severity looks: a sign that needs no colour, and a colour. */
export const severityLooks: Readonly<Record<Severity, { readonly sign: string; readonly style: Style }>> = {
  ok: { sign: '✓', style: 'green' },
  busy: { sign: '~', style: 'cyan' },
  warn: { sign: '!', style: 'yellow' },
  bad: { sign: '✗', style: 'red' },
};
