import type { Action } from './key-map.ts';

/** What the person at the screen chose. It lives here and in no event. */
export interface ScreenState {
  /** id of the selected row; logs are limited to it */
  readonly selected?: string;
  /** only log lines with this text */
  readonly filter: string;
  /** the filter is being typed */
  readonly typing: boolean;
  readonly help: boolean;
  readonly fullLogs: boolean;
  /** the log line at the bottom, by seq, while the logs are not followed */
  readonly pausedAt?: number;
  /** which of the failures is shown */
  readonly failure: number;
}

export const initialScreen: ScreenState = {
  filter: '',
  typing: false,
  help: false,
  fullLogs: false,
  failure: 0,
};

/** Where scrolling leads: the seq of the bottom line, or undefined for following. */
export interface LogScroll {
  pageUp(from: number | undefined): number | undefined;
  pageDown(from: number | undefined): number | undefined;
  oldest(): number | undefined;
}

/** What there is to choose from. */
export interface ScreenContext {
  /** ids of the rows, from top to bottom */
  readonly rows: readonly string[];
  readonly failures: number;
  readonly logs: LogScroll;
}

/** The screen after an action; actions that are the session's business change nothing. Pure. */
export function afterAction(screen: ScreenState, action: Action, context: ScreenContext): ScreenState {
  switch (action) {
    case 'up':
      return followed({ ...screen, ...selection(screen, context.rows, -1) });
    case 'down':
      return followed({ ...screen, ...selection(screen, context.rows, 1) });
    case 'back':
      return afterBack(screen);
    case 'help':
      return { ...screen, help: !screen.help };
    case 'filter':
      return { ...screen, typing: true };
    case 'fullLogs':
      return { ...screen, fullLogs: !screen.fullLogs };
    case 'nextFailure':
      return { ...screen, failure: (screen.failure + 1) % Math.max(1, context.failures) };
    case 'quit':
    case 'rebuild':
      return screen;
    default:
      return pausedAt(screen, scrolled(screen, action, context.logs));
  }
}

/** The screen after a key while the filter is typed. Pure. @param key as keyName() calls it */
export function afterTyping(screen: ScreenState, key: string): ScreenState {
  switch (key) {
    case 'enter':
      return { ...screen, typing: false };
    case 'esc':
      return followed({ ...screen, typing: false, filter: '' });
    case 'backspace':
      return followed({ ...screen, filter: withoutLast(screen.filter) });
    case 'space':
      return followed({ ...screen, filter: `${screen.filter} ` });
    default:
      return isNamedKey(key) ? screen : followed({ ...screen, filter: screen.filter + printable(key) });
  }
}

function selection(
  { selected }: ScreenState,
  rows: readonly string[],
  step: 1 | -1,
): Pick<ScreenState, 'selected'> {
  const at = selected === undefined ? -1 : rows.indexOf(selected);
  const next =
    at === -1 ? (step === 1 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + step));
  const id = rows[next];
  return id === undefined ? {} : { selected: id };
}

/** One step back a key press: out of the help, out of the selection, out of the filter. */
function afterBack(screen: ScreenState): ScreenState {
  if (screen.help) return { ...screen, help: false };
  if (screen.selected !== undefined) {
    const { selected: _, ...rest } = screen;
    return followed(rest);
  }
  return followed({ ...screen, filter: '' });
}

function scrolled({ pausedAt: from }: ScreenState, action: Action, logs: LogScroll): number | undefined {
  if (action === 'pageUp') return logs.pageUp(from);
  if (action === 'pageDown') return logs.pageDown(from);
  return action === 'oldest' ? logs.oldest() : undefined;
}

/** Other lines are shown than before: their newest ones first. */
function followed(screen: ScreenState): ScreenState {
  return pausedAt(screen, undefined);
}

function pausedAt(screen: ScreenState, at: number | undefined): ScreenState {
  const { pausedAt: _, ...rest } = screen;
  return at === undefined ? rest : { ...rest, pausedAt: at };
}

function withoutLast(text: string): string {
  return [...graphemes.segment(text)]
    .slice(0, -1)
    .map(({ segment }) => segment)
    .join('');
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

function printable(text: string): string {
  return text.replace(/\p{Control}/gu, '');
}

const namedKeys = new Set(['up', 'down', 'pgup', 'pgdn', 'home', 'end', 'tab']);

function isNamedKey(key: string): boolean {
  return namedKeys.has(key) || /^ctrl-/.test(key);
}
