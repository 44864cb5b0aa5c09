import { failureHeight } from './panes/failure-lines.ts';
import { tableHeight } from './panes/table-lines.ts';
import type { Row } from './row.ts';
import { type ScreenLayout, type Size, screenLayout } from './screen-layout.ts';
import type { ScreenState } from './screen-state.ts';
import type { ViewModel } from './view-model.ts';

/** What is shown where. */
export interface Arrangement {
  readonly layout: ScreenLayout;
  /** which failure */
  readonly failure: number;
  readonly row?: Row;
}

/** Brings what there is to show, what the person chose and the size of the terminal together. Pure. */
export function arrangement(view: ViewModel, screen: ScreenState, size: Size): Arrangement {
  const { failures, rows } = view;
  const failure = failures.length === 0 ? 0 : screen.failure % failures.length;
  const layout = screenLayout(size, {
    table: tableHeight(rows),
    failure: failureHeight(failures[failure], size.columns),
    fullLogs: screen.fullLogs,
  });
  const row = rows.find(({ id }) => id === screen.selected);
  return { layout, failure, ...(row ? { row } : {}) };
}
