/** Terminal cells. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** Lines of each pane, from top to bottom. Header and footer have one each. */
export interface ScreenLayout {
  readonly table: number;
  readonly failure: number;
  readonly logs: number;
}

/** What the panes would like to have. */
export interface Wanted {
  readonly table: number;
  readonly failure: number;
  /** nothing but logs */
  readonly fullLogs: boolean;
}

const MIN_COLUMNS = 40;
const MIN_ROWS = 10;

/** Whether nothing useful can be shown. Pure. */
export function isTooSmall({ columns, rows }: Size): boolean {
  return columns < MIN_COLUMNS || rows < MIN_ROWS;
}

/**
 * Shares out the lines of the screen: a failure gets at most a third, logs at least a third or four lines, the table
 * what is left, and logs what nobody wants. Pure.
 */
export function screenLayout({ rows }: Size, wanted: Wanted): ScreenLayout {
  const available = Math.max(0, rows - 2);
  if (wanted.fullLogs) return { table: 0, failure: 0, logs: available };
  const failure = Math.min(wanted.failure, Math.floor(available / 3));
  const minLogs = Math.max(4, Math.floor((available - failure) / 3));
  const table = Math.max(2, Math.min(wanted.table, available - failure - minLogs));
  return { table, failure, logs: available - failure - table };
}
