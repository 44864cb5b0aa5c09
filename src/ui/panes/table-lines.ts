import { fitWidth } from '../fit-width.ts';
import type { Row } from '../row.ts';
import { fillPane, type PaneBox, severityLooks } from './pane.ts';
import { type Column, GAP, MARGIN, stateWidth, tableColumns } from './table-columns.ts';

/** How many lines the table would like to have. Pure. */
export function tableHeight(rows: readonly Row[]): number {
  return 1 + Math.max(1, rows.length);
}

/** The overview: a line per row, and which are out of sight. Pure. @param selected the id of a row */
export function tableLines(box: PaneBox, rows: readonly Row[], selected: string | undefined): string[] {
  const { width, height, paint } = box;
  if (height <= 0) return [];
  const columns = tableColumns(rows, width);
  const titles = line(columns, width, (column) => column.title);
  const head = paint(fitWidth(' '.repeat(MARGIN) + titles, width), 'dim');
  if (rows.length === 0) return fillPane(box, [head, paint('    no workloads yet', 'dim')]);
  const { shown, above, below } = visibleRows(rows, selected, height - 1);
  const lines = shown.map((row) => rowLine(box, columns, row, row.id === selected));
  const more = above.length + below.length > 0 ? [paint(moreWords(above, below), 'dim')] : [];
  return fillPane(box, [head, ...lines, ...more]);
}

function line(columns: readonly Column[], width: number, text: (column: Column) => string): string {
  const rest = Math.max(0, stateWidth(columns, width));
  return columns
    .map((column) => fitWidth(text(column), column.width ?? rest, column.align))
    .join(' '.repeat(GAP));
}

function rowLine(
  { width, paint }: PaneBox,
  columns: readonly Column[],
  row: Row,
  isSelected: boolean,
): string {
  const { sign, style } = severityLooks[row.state.severity];
  if (isSelected) {
    return paint(
      fitWidth(`> ${sign} ${line(columns, width, (column) => column.text(row))}`, width),
      'inverse',
    );
  }
  const rest = Math.max(0, stateWidth(columns, width));
  const cells = columns.map((column) => {
    const cell = fitWidth(column.text(row), column.width ?? rest, column.align);
    return column.width === undefined ? paint(cell, style) : cell;
  });
  return fitWidth(`  ${paint(sign, style)} ${cells.join(' '.repeat(GAP))}`, width);
}

interface Visible {
  readonly shown: readonly Row[];
  readonly above: readonly Row[];
  readonly below: readonly Row[];
}

/** The selected row stays in sight; when not all fit, one line is kept to say so. */
function visibleRows(rows: readonly Row[], selected: string | undefined, height: number): Visible {
  if (rows.length <= height) return { shown: rows, above: [], below: [] };
  const room = Math.max(1, height - 1);
  const at = Math.max(
    0,
    rows.findIndex((row) => row.id === selected),
  );
  const first = Math.min(Math.max(0, at - Math.floor(room / 2)), rows.length - room);
  return {
    shown: rows.slice(first, first + room),
    above: rows.slice(0, first),
    below: rows.slice(first + room),
  };
}

function moreWords(above: readonly Row[], below: readonly Row[]): string {
  const parts = [
    above.length > 0 ? `${above.length} above` : '',
    below.length > 0 ? `${below.length} below` : '',
  ];
  const broken = [...above, ...below].filter(({ state }) => state.severity === 'bad').length;
  return `    ${parts.filter(Boolean).join(', ')}${broken > 0 ? `; ${broken} of them broken` : ''}`;
}
