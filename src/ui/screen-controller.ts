import type { LinePasses, LogStore } from '../logs/log-store.ts';
import { arrangement } from './arrangement.ts';
import { type Action, actionOf } from './key-map.ts';
import { lineFilter } from './line-filter.ts';
import { createLogScroll } from './log-scroll.ts';
import type { Row } from './row.ts';
import type { Size } from './screen-layout.ts';
import type { ScreenSource } from './screen-source.ts';
import { afterAction, afterTyping, initialScreen, type ScreenState } from './screen-state.ts';

/** What a person can ask of the session. */
export interface Intents {
  /** @param images to be rebuilt @param workload to be applied anew with them; neither: all */
  rebuild(images: readonly string[], workload?: string): void;
  /** @param reason in words, for the event log */
  quit(reason: string): void;
}

/** Turns key presses into what the screen shows and what the session is asked for. */
export interface ScreenController {
  screen(): ScreenState;
  subscribe(listener: () => void): () => void;
  /** @param key as keyNames() calls it */
  press(key: string, size: Size): void;
}

export interface ControllerOptions {
  readonly source: ScreenSource;
  readonly logs: LogStore;
  readonly intents: Intents;
}

export function createScreenController({ source, logs, intents }: ControllerOptions): ScreenController {
  let screen = initialScreen;
  const listeners = new Set<() => void>();

  const show = (next: ScreenState): void => {
    if (next === screen) return;
    screen = next;
    for (const listener of listeners) listener();
  };

  const rebuild = (row: Row | undefined): void => {
    if (!row || row.kind === 'Image') intents.rebuild(row?.images ?? []);
    else intents.rebuild(row.images, row.id);
  };

  const act = (action: Action, size: Size): void => {
    const { view } = source.frame();
    const { layout, row } = arrangement(view, screen, size);
    if (action === 'quit') intents.quit('q');
    else if (action === 'rebuild') rebuild(row);
    else {
      const scroll = createLogScroll(logs, shownLines(screen, row, source), layout.logs - 1);
      const rows = view.rows.map(({ id }) => id);
      show(afterAction(screen, action, { rows, failures: view.failures.length, logs: scroll }));
    }
  };

  return {
    screen: () => screen,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    press(key, size) {
      const action = actionOf(key);
      if (key === 'ctrl-c') intents.quit('Ctrl-C');
      else if (screen.typing) show(afterTyping(screen, key));
      else if (action !== undefined) act(action, size);
    },
  };
}

/** The log lines of the selected workload, or all, with the typed text in them. An image has no logs of its own. */
export function shownLines(
  { filter }: ScreenState,
  row: Row | undefined,
  source: Pick<ScreenSource, 'ownerOf'>,
): LinePasses {
  return lineFilter(filter, row === undefined || row.kind === 'Image' ? undefined : row.id, source.ownerOf);
}
