import stringWidth from 'string-width';
import { longGeneration, shortGeneration } from '../generations.ts';
import type { Row } from '../row.ts';

/** A column of the overview. The one without a width takes what is left. */
export interface Column {
  readonly title: string;
  readonly width?: number;
  readonly align?: 'left' | 'right';
  text(row: Row): string;
}

/** Cells between two columns. */
export const GAP = 2;
/** Cells before the first column: the selection's mark and the sign of the state. */
export const MARGIN = 4;
/** What the state needs to be readable: "waiting for image x", "building 3/5 RUN…". */
const MIN_STATE = 20;
/** What the state gets before generations are told in words, the widest ones: "building 2/5 deps: RUN npm ci…". */
const ROOMY_STATE = 40;
/** "14 live, 15 building 3.2 s" */
const MAX_GENERATION = 26;
/** More than it says, and too far for the eye from its row's name. */
const MAX_STATE = 60;
/** A quarter of the width, at most. */
const MAX_NAME = 28;

/**
 * The columns that fit the width, most telling ones kept longest: they are dropped or shortened one after the other
 * until the state has room. Which they are follows from what seldom changes, so that columns
 * do not come and go. Pure.
 */
export function tableColumns(rows: readonly Row[], width: number): readonly Column[] {
  const columns = allColumns(rows, Math.min(MAX_NAME, Math.floor(width / 4)));
  const sets = columnSets.map((names) => names.map((name) => columns[name]));
  const spare = MAX_GENERATION - (columns.longGeneration.width ?? 0);
  const [all] = sets;
  if (all && stateWidth(all, width) - spare >= ROOMY_STATE) return all;
  return sets.slice(1).find((set) => stateWidth(set, width) >= MIN_STATE) ?? sets.at(-1) ?? [];
}

/** What is left for the column without a width, as far as it is of use. Pure. */
export function stateWidth(columns: readonly Column[], width: number): number {
  const fixed = columns.reduce((sum, column) => sum + (column.width ?? 0), 0);
  return Math.min(MAX_STATE, width - MARGIN - fixed - GAP * (columns.length - 1));
}

const columnSets = [
  ['name', 'kind', 'state', 'longGeneration', 'pods', 'restarts', 'since', 'forwards'],
  ['name', 'kind', 'state', 'generation', 'pods', 'restarts', 'since', 'forwards'],
  ['name', 'state', 'generation', 'pods', 'restarts', 'since', 'forwards'],
  ['name', 'state', 'generation', 'pods', 'since', 'forwards'],
  ['name', 'state', 'generation', 'pods', 'since', 'ports'],
  ['name', 'state', 'generation', 'pods', 'ports'],
  ['name', 'state', 'generation', 'ports'],
  ['name', 'state', 'generation'],
  ['name', 'state'],
] as const;

type ColumnName = (typeof columnSets)[number][number];

function allColumns(rows: readonly Row[], maxName: number): Readonly<Record<ColumnName, Column>> {
  const fitted = (title: string, text: (row: Row) => string, max: number): Column => ({
    title,
    text,
    width: Math.min(max, Math.max(stringWidth(title), ...rows.map((row) => stringWidth(text(row))))),
  });
  return {
    name: fitted('NAME', (row) => row.name, maxName),
    kind: fitted('KIND', (row) => row.kind, 16),
    state: { title: 'STATE', text: (row) => row.state.words },
    generation: { title: 'GEN', width: 7, text: (row) => shortGeneration(row.generation) },
    longGeneration: fitted('GENERATION', (row) => longGeneration(row.generation), MAX_GENERATION),
    pods: { title: 'PODS', width: 5, text: (row) => row.pods },
    restarts: { title: 'RESTARTS', width: 8, align: 'right', text: (row) => String(row.restarts || '') },
    since: { title: 'SINCE', width: 6, align: 'right', text: (row) => row.since },
    forwards: fitted('FORWARD', (row) => row.forwards.join(' '), 45),
    ports: fitted('PORT', (row) => row.forwards.map((address) => address.replace(/^.*:/, ':')).join(' '), 12),
  };
}
