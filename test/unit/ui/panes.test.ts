import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import type { LogLine } from '../../../src/logs/log-line.ts';
import { arrangement } from '../../../src/ui/arrangement.ts';
import { createPaint } from '../../../src/ui/paint.ts';
import { failureLines } from '../../../src/ui/panes/failure-lines.ts';
import { footerLines } from '../../../src/ui/panes/footer-lines.ts';
import { headerLines } from '../../../src/ui/panes/header-lines.ts';
import { helpLines } from '../../../src/ui/panes/help-lines.ts';
import { logLines } from '../../../src/ui/panes/log-lines.ts';
import { tableLines } from '../../../src/ui/panes/table-lines.ts';
import type { Row } from '../../../src/ui/row.ts';
import { isTooSmall, screenLayout } from '../../../src/ui/screen-layout.ts';
import { initialScreen } from '../../../src/ui/screen-state.ts';
import type { ViewModel } from '../../../src/ui/view-model.ts';
import { failure } from './builders.ts';

const plain = createPaint(false);
const word = fc
  .oneof(
    fc.string({ unit: 'grapheme', maxLength: 60 }),
    fc.constantFrom('web', '日本語のとても長い名前', 'x'.repeat(90)),
  )
  .map((text) => text.replace(/[\p{Control}\p{Default_Ignorable_Code_Point}]/gu, ''));
const severity = fc.constantFrom('ok', 'busy', 'warn', 'bad' as const);
const rowState = fc.record({ words: word, severity });
const anyRow: fc.Arbitrary<Row> = fc.record({
  id: fc.uuid(),
  name: word,
  kind: word,
  namespace: word,
  state: rowState,
  generation: fc.constantFrom(
    {},
    { live: '14' },
    { live: '14', next: { generation: 15, doing: 'building', took: '3.2 s' } as const },
  ),
  pods: fc.constantFrom('', '2/3', '100/100'),
  restarts: fc.nat(1000),
  since: fc.constantFrom('', '12 s', '59 min'),
  forwards: fc.array(fc.constantFrom('http://localhost:8080', 'http://localhost:65535'), { maxLength: 3 }),
  images: fc.constant([]),
});
const anyView: fc.Arbitrary<ViewModel> = fc.record({
  header: fc.record({
    app: word,
    context: word,
    namespace: word,
    notes: fc.array(rowState, { maxLength: 5 }),
  }),
  rows: fc.array(anyRow, { maxLength: 30 }),
  failures: fc.array(
    fc.record({ code: word, subject: word, message: word, hint: word, command: word, output: word }),
    { maxLength: 3 },
  ),
});
const anyLine: fc.Arbitrary<LogLine> = fc.record({
  seq: fc.nat(),
  targetId: word,
  namespace: word,
  pod: word,
  container: word,
  time: fc.constant(''),
  text: fc.oneof(
    word,
    word.map((text) => `\x1b[31m${text}\tand`),
  ),
});

describe('every pane', () => {
  test('fills its place exactly: no line is wider than the terminal, and none is missing', () => {
    const size = fc.record({
      columns: fc.integer({ min: 40, max: 220 }),
      rows: fc.integer({ min: 10, max: 60 }),
    });
    fc.assert(
      fc.property(
        anyView,
        fc.array(anyLine, { maxLength: 20 }),
        size,
        fc.boolean(),
        fc.boolean(),
        (view, lines, size, colour, fullLogs) => {
          const paint = createPaint(colour);
          const box = (height: number) => ({ width: size.columns, height, paint });
          const screen = {
            ...initialScreen,
            fullLogs,
            ...(view.rows[0] ? { selected: view.rows[0].id } : {}),
          };
          const { layout, failure: index } = arrangement(view, screen, size);
          const shown = [
            ...headerLines(box(1), view.header),
            ...tableLines(box(layout.table), view.rows, screen.selected),
            ...failureLines(box(layout.failure), view.failures, index),
            ...logLines(box(layout.logs), {
              lines: lines.slice(0, layout.logs - 1),
              filter: 'x',
              of: 'web',
              below: 3,
            }),
            ...footerLines(box(1), screen),
          ];
          expect(shown).toHaveLength(size.rows);
          for (const line of [...shown, ...helpLines(box(size.rows))])
            expect(stringWidth(line)).toBe(size.columns);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('layout', () => {
  test.each([
    [24, { table: 4, failure: 0 }, { table: 4, failure: 0, logs: 18 }],
    [24, { table: 4, failure: 20 }, { table: 4, failure: 7, logs: 11 }],
    [24, { table: 61, failure: 0 }, { table: 15, failure: 0, logs: 7 }],
    [24, { table: 61, failure: 20 }, { table: 10, failure: 7, logs: 5 }],
    [10, { table: 61, failure: 20 }, { table: 2, failure: 2, logs: 4 }],
  ])('of %i rows for %o is %o', (rows, wanted, expected) => {
    expect(screenLayout({ columns: 80, rows }, { ...wanted, fullLogs: false })).toEqual(expected);
  });

  test('f gives everything to the logs', () => {
    expect(screenLayout({ columns: 80, rows: 24 }, { table: 9, failure: 9, fullLogs: true })).toEqual({
      table: 0,
      failure: 0,
      logs: 22,
    });
  });

  test.each([
    [40, 10, false],
    [39, 10, true],
    [40, 9, true],
  ])('%i columns and %i rows: too small is %s', (columns, rows, expected) => {
    expect(isTooSmall({ columns, rows })).toBe(expected);
  });
});

const row = (over: Partial<Row> = {}): Row => ({
  id: 'Deployment/shop/web',
  name: 'web',
  kind: 'Deployment',
  namespace: 'shop',
  state: { words: 'ready', severity: 'ok' },
  generation: { live: '14', next: { generation: 15, doing: 'building', took: '3.2 s' } },
  pods: '2/3',
  restarts: 4,
  since: '12 s',
  forwards: ['http://localhost:8080'],
  images: ['shop/web'],
  ...over,
});

describe('table', () => {
  const head = (width: number) =>
    tableLines({ width, height: 3, paint: plain }, [row()], undefined)[0]?.trim().split(/ +/).join(' ');

  test.each([
    [140, 'NAME KIND STATE GENERATION PODS RESTARTS SINCE FORWARD'],
    [120, 'NAME KIND STATE GEN PODS RESTARTS SINCE FORWARD'],
    [100, 'NAME KIND STATE GEN PODS RESTARTS SINCE FORWARD'],
    [80, 'NAME STATE GEN PODS SINCE FORWARD'],
    [66, 'NAME STATE GEN PODS SINCE PORT'],
    [44, 'NAME STATE GEN'],
  ])('at %i columns has %s', (width, expected) => {
    expect(head(width)).toBe(expected);
  });

  test('says everything on a wide terminal', () => {
    const [, line] = tableLines({ width: 140, height: 3, paint: plain }, [row()], undefined);
    expect(line?.trim().split(/ {2,}/)).toEqual([
      '✓ web',
      'Deployment',
      'ready',
      '14 live, 15 building 3.2 s',
      '2/3',
      '4',
      '12 s',
      'http://localhost:8080',
    ]);
  });

  test.each([120, 140, 160])('the state has what nobody else needs at %i columns', (width) => {
    const words = 'building 2/5 deps: RUN sleep 20 && date';
    const busy = row({ state: { words, severity: 'busy' } });
    expect(tableLines({ width, height: 2, paint: plain }, [busy], undefined)[1]).toContain(words);
    const calm = row({ generation: { live: '14' } });
    const line = tableLines({ width, height: 2, paint: plain }, [calm], undefined)[1];
    expect(line).toMatch(/ 14 {2,10}2\/3 /);
  });

  test('columns stay where they are while a build runs', () => {
    const box = { width: 80, height: 2, paint: plain };
    const calm = tableLines(box, [row({ generation: { live: '14' } })], undefined)[0];
    expect(
      tableLines(box, [row({ state: { words: 'building 3/5 RUN npm ci', severity: 'busy' } })], undefined)[0],
    ).toBe(calm);
  });

  test('keeps the selected one of many rows in sight, and counts the others', () => {
    const rows = Array.from({ length: 60 }, (_, n) =>
      row({ id: `${n}`, name: `app-${n}`, state: { words: 'x', severity: n === 59 ? 'bad' : 'ok' } }),
    );
    const shown = tableLines({ width: 80, height: 8, paint: plain }, rows, '30');
    expect(shown.join('\n')).toMatch(/^> ✓ app-30 /m);
    expect(shown.at(-1)?.trim()).toBe('27 above, 27 below; 1 of them broken');
  });

  test('says so when there is nothing', () => {
    expect(tableLines({ width: 40, height: 2, paint: plain }, [], undefined)[1]?.trim()).toBe(
      'no workloads yet',
    );
  });
});

describe('failure', () => {
  const box = (height: number) => ({ width: 60, height, paint: plain });
  const one = failure({
    at: { file: 'web/Dockerfile', line: 7 },
    output: Array.from({ length: 30 }, (_, n) => `npm error ${n}`).join('\n'),
    hint: 'Mend the step and save.',
    command: 'docker build web',
  });

  test('shows message, place, lines of output that matter, and what to do', () => {
    expect(failureLines(box(8), [one], 0).map((line) => line.trimEnd())).toEqual([
      `─ ✗ shop/web ${'─'.repeat(47)}`,
      '  The step RUN npm ci ended with exit code 1.',
      '  web/Dockerfile:7',
      '  | npm error 18',
      '  | npm error 19',
      '  | npm error 20',
      '  Mend the step and save.',
      '  $ docker build web',
    ]);
  });

  test('a command is broken between words and can be copied whole; a hint is not cut', () => {
    const command = `kubectl --context minikube -n shop logs web-7d9f8c6b5-x2x4k -c web --previous`;
    const hint =
      'The cluster gave the pod up: look at its events, and at what the node it ran on says of itself.';
    const lines = failureLines(box(7), [failure({ message: 'word '.repeat(80), command, hint })], 0);
    const text = lines.map((line) => line.trim());
    expect(text.slice(-2).join('\n').replace('$ ', '').replace('\\\n', '')).toBe(command);
    expect(text.slice(-4, -2).join(' ')).toBe(hint);
  });

  test('a word that is wider than the screen is broken with nothing added', () => {
    const command = `cat ${'x'.repeat(90)}`;
    const text = failureLines(box(7), [failure({ command })], 0).map((line) => line.trim());
    expect(text.join('')).toContain('x'.repeat(90));
  });

  test('counts the others', () => {
    expect(failureLines(box(3), [one, one, one], 1)[0]).toContain('2 of 3, e: next');
  });
});

describe('logs', () => {
  const line = (over: Partial<LogLine> = {}): LogLine => ({
    seq: 1,
    targetId: 'a',
    namespace: 'shop',
    pod: 'web-7d9f8c6b5-x2x4k',
    container: 'web',
    time: '',
    text: 'GET /',
    ...over,
  });
  const shown = (width: number, over: Partial<LogLine>, paint = plain) =>
    logLines({ width, height: 2, paint }, { lines: [line(over)], filter: '' })[1]?.trimEnd();

  test('pods have short names on a narrow terminal, whole ones on a wide one', () => {
    expect(shown(80, {})).toBe('web-x2x4k GET /');
    expect(shown(80, { container: 'sidecar' })).toBe('web-x2x4k sidecar GET /');
    expect(shown(80, { pod: 'db-0', container: 'db' })).toBe('db-0 GET /');
    expect(shown(120, {})).toBe('web-7d9f8c6b5-x2x4k web GET /');
  });

  test.each([
    ['web-0', 95, 35],
    ['web-1', 93, 33],
    ['api-1', 91, 31],
    ['nginx-cfbcb7b98-96xsv', 92, 32],
  ] as const)('%s has the colours that stern gives it', (pod, podColour, containerColour) => {
    const paint = createPaint(true);
    expect(shown(120, { pod, container: 'c' }, paint)).toBe(
      `${paint(pod, podColour)} ${paint('c', containerColour)} GET /`,
    );
  });

  test('colours of the program are kept, and gone with NO_COLOR', () => {
    expect(shown(120, { text: '\x1b[32mok' }, createPaint(true))).toContain('\x1b[32mok\x1b[0m');
    expect(shown(120, { text: '\x1b[32mok' })).toBe('web-7d9f8c6b5-x2x4k web ok');
  });

  test('a huge line costs no more than what is seen of it', () => {
    expect(shown(50, { text: 'x'.repeat(20_000_000) })).toMatch(/^web-x2x4k x+…$/);
  });

  test('the title says what is shown, and how', () => {
    const title = (view: object) =>
      logLines({ width: 90, height: 1, paint: plain }, { lines: [], filter: '', ...view })[0]
        ?.replaceAll('─', '')
        .trim()
        .replace(/ +/g, ' ');
    expect(title({})).toBe('logs following');
    expect(title({ of: 'web', filter: 'GET' })).toBe('logs of web with "GET" following');
    expect(title({ below: 120 })).toBe('logs paused, 120 new lines below; G follows');
    expect(title({ below: 1 })).toBe('logs paused, 1 new line below; G follows');
  });
});

test('of a crash there is little room for, the line that says why is shown, not the end of its stack', () => {
  const output = [
    'file:///app/src/server.js:1',
    'throw new Error("no database url");',
    '',
    'Error: no database url',
    '    at file:///app/src/server.js:1:7',
    '    at async loader:647:26',
    '',
    'Node.js v24.21.0',
  ].join('\n');
  const crash = failure({ code: 'CRASH_LOOP', message: 'It ended.', output });
  const lines = failureLines({ width: 80, height: 6, paint: plain }, [crash], 0);
  expect(lines.join('\n')).toContain('| Error: no database url');
});
