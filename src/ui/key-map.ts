/** What a key can do. */
export type Action =
  | 'quit'
  | 'rebuild'
  | 'help'
  | 'filter'
  | 'up'
  | 'down'
  | 'back'
  | 'pageUp'
  | 'pageDown'
  | 'oldest'
  | 'follow'
  | 'fullLogs'
  | 'nextFailure';

/** Keys that do the same. */
export interface KeyBinding {
  readonly action: Action;
  /** as keyName() calls them */
  readonly keys: readonly string[];
  /** what it does, for the help and the docs */
  readonly help: string;
  /** what it does in a word or two, for the footer; without it, it is not shown there */
  readonly hint?: string;
}

/** Every key of the screen: the help, the footer and docs/keys.md are made from this table. */
export const keyMap: readonly KeyBinding[] = [
  { action: 'quit', keys: ['q', 'ctrl-c'], help: 'quit', hint: 'quit' },
  {
    action: 'rebuild',
    keys: ['r'],
    help: 'rebuild the selected row, or everything; tries again what failed',
    hint: 'rebuild',
  },
  {
    action: 'filter',
    keys: ['/'],
    help: 'filter the logs by a text; Enter keeps it, Esc clears it',
    hint: 'filter',
  },
  { action: 'up', keys: ['up', 'k'], help: 'select the row above; logs are limited to it', hint: 'select' },
  { action: 'down', keys: ['down', 'j'], help: 'select the row below; logs are limited to it' },
  { action: 'back', keys: ['esc'], help: 'back: clears the selection, then the filter' },
  { action: 'fullLogs', keys: ['f'], help: 'logs over the whole screen, and back', hint: 'full logs' },
  { action: 'pageUp', keys: ['pgup', 'b'], help: 'scroll the logs back; following stops' },
  {
    action: 'pageDown',
    keys: ['pgdn', 'space'],
    help: 'scroll the logs forth; at their end they are followed again',
  },
  { action: 'oldest', keys: ['g', 'home'], help: 'the oldest log line that is kept' },
  { action: 'follow', keys: ['G', 'end'], help: 'the newest log line; follow' },
  { action: 'nextFailure', keys: ['e'], help: 'show the next failure, when there are several' },
  { action: 'help', keys: ['?'], help: 'this help, and back', hint: 'help' },
];

/** What a key does, if anything. Pure. */
export function actionOf(key: string): Action | undefined {
  return keyMap.find(({ keys }) => keys.includes(key))?.action;
}

/** How a key is written for people: "Ctrl-C", "PgUp", "q". Pure. */
export function keyLabel(key: string): string {
  const names: Readonly<Record<string, string>> = {
    'ctrl-c': 'Ctrl-C',
    up: '↑',
    down: '↓',
    esc: 'Esc',
    pgup: 'PgUp',
    pgdn: 'PgDn',
    space: 'Space',
    home: 'Home',
    end: 'End',
  };
  return names[key] ?? key;
}

/** docs/keys.md, made from the key map. Pure. */
export function keysReference(): string {
  const rows = keyMap.map(
    ({ keys, help }) => `| ${keys.map((key) => `\`${keyLabel(key)}\``).join(' ')} | ${help} |`,
  );
  return `${[
    '# Keys',
    '',
    '<!-- Made from src/ui/key-map.ts: change that, then run `npm run generate`. -->',
    '',
    'The keys of the screen that `rockpool up` shows in a terminal. `?` shows them there. [screen.md](screen.md) says what is where.',
    '',
    '| key | does |',
    '|---|---|',
    ...rows,
  ].join('\n')}\n`;
}
