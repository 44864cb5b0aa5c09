import { Box, useInput, useWindowSize } from 'ink';
import { useMemo, useSyncExternalStore } from 'react';
import type { LogStore } from '../logs/log-store.ts';
import { arrangement } from './arrangement.ts';
import { keyNames } from './key-names.ts';
import { Lines } from './lines.tsx';
import { LogPane } from './log-pane.tsx';
import type { Paint } from './paint.ts';
import { failureLines } from './panes/failure-lines.ts';
import { footerLines } from './panes/footer-lines.ts';
import { headerLines } from './panes/header-lines.ts';
import { helpLines } from './panes/help-lines.ts';
import { fillPane } from './panes/pane.ts';
import { tableLines } from './panes/table-lines.ts';
import { type ScreenController, shownLines } from './screen-controller.ts';
import { isTooSmall, type Size } from './screen-layout.ts';
import type { ScreenSource } from './screen-source.ts';

export interface AppProps {
  readonly source: ScreenSource;
  readonly controller: ScreenController;
  readonly logs: LogStore;
  readonly paint: Paint;
}

/** The screen, always as large as the terminal: header, panes, keys. */
export function App(props: AppProps) {
  const size = useWindowSize();
  useInput((input, key) => {
    for (const name of keyNames(input, key)) props.controller.press(name, size);
  });
  return (
    <Box flexDirection="column" width={size.columns} height={size.rows} overflow="hidden">
      {isTooSmall(size) ? <TooSmall size={size} paint={props.paint} /> : <Screen {...props} size={size} />}
    </Box>
  );
}

function TooSmall({ size, paint }: { readonly size: Size; readonly paint: Paint }) {
  return (
    <Lines lines={fillPane({ width: size.columns, height: size.rows, paint }, ['terminal too small'])} />
  );
}

function Screen(props: AppProps & { readonly size: Size }) {
  const { source, controller, size, paint } = props;
  const { view } = useSyncExternalStore(source.subscribe, source.frame);
  const screen = useSyncExternalStore(controller.subscribe, controller.screen);
  const box = (height: number) => ({ width: size.columns, height, paint });
  return (
    <>
      <Lines lines={headerLines(box(1), view.header)} />
      {screen.help ? <Lines lines={helpLines(box(size.rows - 2))} /> : <Panes {...props} />}
      <Lines lines={footerLines(box(1), screen)} />
    </>
  );
}

function Panes({ source, controller, logs, size, paint }: AppProps & { readonly size: Size }) {
  const { view, logs: version } = useSyncExternalStore(source.subscribe, source.frame);
  const screen = useSyncExternalStore(controller.subscribe, controller.screen);
  const { layout, failure, row } = arrangement(view, screen, size);
  const box = (height: number) => ({ width: size.columns, height, paint });
  const { columns: width } = size;
  const logBox = useMemo(() => ({ width, height: layout.logs, paint }), [width, layout.logs, paint]);
  const { filter, pausedAt } = screen;
  // biome-ignore lint/correctness/useExhaustiveDependencies: of the row, only which it is counts
  const passes = useMemo(() => shownLines(screen, row, source), [filter, row?.id, source]);
  return (
    <>
      <Lines lines={tableLines(box(layout.table), view.rows, row?.id)} />
      <Lines lines={failureLines(box(layout.failure), view.failures, failure)} />
      <LogPane
        box={logBox}
        logs={logs}
        version={version}
        passes={passes}
        filter={filter}
        {...(row && row.kind !== 'Image' ? { of: row.name } : {})}
        {...(pausedAt === undefined ? {} : { pausedAt })}
      />
    </>
  );
}
