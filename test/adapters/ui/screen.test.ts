import { afterEach, describe, expect, test } from 'vitest';
import * as the from '../../unit/ui/builders.ts';
import { createStage, type Stage } from './stage.ts';

let stage: Stage | undefined;
afterEach(() => stage?.close());

async function show(columns: number, rows: number, story: the.Story = the.up, at?: number): Promise<Stage> {
  stage = await createStage({ columns, rows, story, ...(at === undefined ? {} : { at }) });
  return stage;
}

/** The line that begins with this, blanks squeezed. */
const lineOf = (lines: readonly string[], start: string) =>
  lines.map((line) => line.trim().replace(/ +/g, ' ')).find((line) => line.startsWith(start));

const many: the.Story = [
  [0, the.started],
  ...Array.from({ length: 60 }, (_, n) => [1, the.workload(`Deployment/shop/app-${n}`)] as const),
];
const broken: the.Story = [
  ...the.up,
  [5, the.saved('shop/web', 'server.js')],
  [
    6,
    {
      type: 'build.failed',
      image: 'shop/web',
      generation: 2,
      failure: the.failure({
        at: { file: 'web/Dockerfile', line: 7 },
        output: 'npm error code E404\nnpm error 404 left-pd is not in this registry',
        hint: 'Mend the step and save.',
      }),
    },
  ],
];

describe.each([
  [80, 24],
  [120, 40],
  [200, 50],
])('at %ix%i', (columns, rows) => {
  test('a steady session: who, where, each workload, its forward, logs and keys, on exactly the whole screen', async () => {
    const { terminal, log } = await show(columns, rows);
    log('web-7d9f8c6b5-1', 'web', 'listening on 3000');
    const lines = await terminal.until('listening on 3000');
    expect(terminal.buffer()).toBe('alternate');
    expect(lines[0]).toMatch(/^ shop {2}minikube\/shop .* deployed 9 s ago · 2 of 2 up$/);
    expect(lineOf(lines, '✓ web')).toMatch(/ready 1 1\/1 8 s http:\/\/localhost:8080$/);
    expect(lineOf(lines, '✓ api')).toMatch(/ready 1 1\/1 8 s$/);
    expect(lines.find((line) => line.startsWith('─ logs'))).toMatch(/following ─$/);
    expect(lines.at(-1)).toMatch(/^ q quit {2}r rebuild {2}\/ filter .* \? help$/);
  });

  test('a failed build: message, place, output and what to do, with the old code still in the table', async () => {
    const { terminal } = await show(columns, rows, broken);
    const lines = await terminal.until('Mend the step');
    expect(lineOf(lines, '✗ web')).toMatch(/build failed .*1.* 1\/1/);
    for (const part of ['The step RUN npm ci', 'web/Dockerfile:7', 'left-pd is not in this registry']) {
      expect(lines.join('\n')).toContain(part);
    }
    expect(lines.at(-1)).toContain('q quit');
  });

  test('sixty workloads: as many as fit, the others counted', async () => {
    const { terminal } = await show(columns, rows, many);
    const lines = await terminal.until(/\d+ below/);
    const shown = lines.filter((line) => line.includes('app-')).length;
    expect(lines.join('\n')).toContain(`${60 - shown} below`);
    terminal.type('k');
    expect(lineOf(await terminal.until('> ✓ app-59'), '> ✓')).toContain('app-59');
  });

  test('no workloads: says so', async () => {
    const { terminal } = await show(columns, rows, [[0, the.started]]);
    const lines = await terminal.until('no workloads yet');
    expect(lines[0]).toMatch(/starting$/);
    expect(lines.join('\n')).toContain('no log lines yet');
  });

  test('help: every key', async () => {
    const { terminal } = await show(columns, rows);
    terminal.type('?');
    const lines = await terminal.until('Esc: back');
    expect(lineOf(lines, 'q Ctrl-C')).toBe('q Ctrl-C quit');
    terminal.type('\x1b');
    await terminal.until('NAME');
  });
});

test('a build under way: its step and how long it takes', async () => {
  const { terminal, happen, pass } = await show(140, 24);
  happen(the.saved('shop/web', 'a.js'), the.building('shop/web', 2), {
    type: 'build.progressed',
    image: 'shop/web',
    generation: 2,
    step: 'RUN npm ci',
    index: 3,
    total: 5,
  });
  await terminal.until('building 3/5 RUN npm ci');
  pass(3.2);
  await terminal.until('1 live, 2 building 3.2 s');
});

test('long names are cut and push nothing off the screen', async () => {
  const long = `Deployment/shop/${'very-long-name-'.repeat(6)}`;
  const { terminal } = await show(80, 24, [...the.up, [3, the.workload(long)]]);
  const lines = await terminal.until('very-long');
  expect(lines.find((line) => line.includes('very-long'))).toMatch(/ very-long-name-very… +ready/);
  expect(lineOf(lines, '✓ web')).toContain(':8080');
});

describe('logs', () => {
  test('are limited to the selected workload, and back to all with Esc', async () => {
    const { terminal, log } = await show(80, 24);
    log('web-7d9f8c6b5-1', 'web', 'from web');
    log('api-1', 'api', 'from api');
    await terminal.until('from api');
    terminal.type('j');
    await terminal.until(
      (lines) => lines.join('\n').includes('logs of web') && !lines.join('\n').includes('from api'),
    );
    terminal.type('\x1b[B');
    await terminal.until(
      (lines) => lines.join('\n').includes('logs of api') && !lines.join('\n').includes('from web'),
    );
    terminal.type('\x1b');
    await terminal.until(
      (lines) => lines.join('\n').includes('from web') && lines.join('\n').includes('from api'),
    );
  });

  test('are filtered as the text is typed; Enter keeps it, Esc clears it', async () => {
    const { terminal, log } = await show(80, 24);
    log('api-1', 'api', 'GET /a', 'POST /b', 'GET /c');
    await terminal.until('GET /c');
    terminal.type('/post');
    const typing = await terminal.until((lines) => !lines.join('\n').includes('GET /a'));
    expect(typing.join('\n')).toContain('POST /b');
    expect(typing.at(-1)).toMatch(/^ \/post .*Enter keeps, Esc clears/);
    terminal.type('\r');
    await terminal.until('logs with "post"');
    log('api-1', 'api', 'POST /d', 'GET /e');
    expect((await terminal.until('POST /d')).join('\n')).not.toContain('GET /e');
    terminal.type('/\x1b');
    await terminal.until('GET /e');
  });

  test('a filter that nothing passes says so', async () => {
    const { terminal, log } = await show(80, 24);
    log('api-1', 'api', 'hello');
    terminal.type('/nope');
    await terminal.until('no line has "nope"');
  });

  test('scrolled back they stay where they are and count what is new; G follows again', async () => {
    const { terminal, log } = await show(80, 24);
    log('api-1', 'api', ...Array.from({ length: 100 }, (_, n) => `line ${n}.`));
    await terminal.until('line 99.');
    terminal.type('\x1b[5~');
    const paused = await terminal.until('paused');
    expect(paused.join('\n')).not.toContain('line 99.');
    log('api-1', 'api', ...Array.from({ length: 120 }, (_, n) => `late ${n}.`));
    const body = (lines: string[]) => lines.filter((line) => line.includes('line '));
    const still = await terminal.until(/paused, 13[0-9] new lines below; G follows/);
    expect(body(still).slice(1)).toEqual(body(paused).slice(1));
    terminal.type('g');
    await terminal.until('line 0.');
    terminal.type('G');
    expect((await terminal.until('late 119.')).join('\n')).toContain('following');
  });

  test('f gives them the whole screen', async () => {
    const { terminal, log } = await show(80, 24);
    log('api-1', 'api', ...Array.from({ length: 50 }, (_, n) => `line ${n}.`));
    await terminal.until('line 49.');
    terminal.type('f');
    const lines = await terminal.until((shown) => !shown.join('\n').includes('NAME'));
    expect(lines.filter((line) => line.includes('line '))).toHaveLength(21);
  });
});

describe('resize', () => {
  test.each([
    [200, 50, 80, 24],
    [80, 24, 200, 50],
    [80, 24, 60, 50],
    [80, 24, 79, 12],
  ])('from %ix%i to %ix%i leaves a whole and clean screen', async (columns, rows, toColumns, toRows) => {
    const { terminal, log } = await show(columns, rows, broken);
    log('api-1', 'api', ...Array.from({ length: 60 }, (_, n) => `${n}: ${'x'.repeat(n)}`));
    await terminal.until('59: ');
    terminal.resize(toColumns, toRows);
    const lines = await terminal.until(
      (shown) => shown.at(-1)?.includes('q quit') === true && shown[0]?.includes('shop') === true,
    );
    expect(lines.filter((line) => line.includes('q quit'))).toHaveLength(1);
    expect(lines.filter((line) => line.includes('NAME'))).toHaveLength(1);
    expect(lines.filter((line) => line.startsWith('─'))).toHaveLength(2);
    expect(lines.join('\n')).toContain('59: ');
  });

  test('too small says so; large again shows all', async () => {
    const { terminal } = await show(80, 24);
    terminal.resize(30, 8);
    const lines = await terminal.until('terminal too small');
    expect(lines.filter(Boolean)).toEqual(['terminal too small']);
    terminal.resize(80, 24);
    await terminal.until('http://localhost:8080');
  });
});

describe('keys', () => {
  test('r rebuilds everything, or the selected row', async () => {
    const { terminal, rebuilds } = await show(80, 24);
    terminal.type('rjr');
    await terminal.until('> ✓ web');
    terminal.type('k');
    expect(rebuilds).toEqual([[], ['shop/web', 'Deployment/shop/web']]);
  });

  test('q quits once, and gives the screen back with a summary', async () => {
    const { terminal, ended, quits } = await show(80, 24);
    terminal.type('q');
    await ended;
    await terminal.until('ran 10 s');
    expect(quits).toEqual(['q']);
    expect(terminal.buffer()).toBe('normal');
    expect(terminal.rawMode()).toBe(false);
    expect(terminal.lines().filter(Boolean)).toEqual([
      'shop  ran 10 s in minikube/shop, 2 of 2 up',
      'generations built: shop/web 1, shop/api 1',
    ]);
  });

  test('q while a filter is typed is a letter; Ctrl-C still quits', async () => {
    const { terminal, ended, quits } = await show(80, 24);
    terminal.type('/q');
    await terminal.until(' /q');
    expect(quits).toEqual([]);
    terminal.type('\x03');
    await ended;
    expect(quits).toEqual(['Ctrl-C']);
  });

  test('a session that stops by itself ends the screen', async () => {
    const { terminal, happen, ended, quits } = await show(80, 24);
    happen({ type: 'session.stopping', reason: 'asked from elsewhere' });
    await ended;
    expect(quits).toEqual([]);
    expect(terminal.rawMode()).toBe(false);
  });

  test('e goes through the failures', async () => {
    const { terminal } = await show(80, 24, [
      ...broken,
      [
        7,
        {
          type: 'forward.failed',
          forward: 'service/web:80',
          failure: the.failure({
            subject: 'forward/service/web:80',
            message: 'Port 8080 is taken by node (pid 7).',
          }),
        },
      ],
    ]);
    await terminal.until('1 of 2, e: next');
    terminal.type('e');
    await terminal.until('Port 8080 is taken');
  });
});

test('what does not change is not written again', async () => {
  const { terminal, pass, happen } = await show(80, 24, the.up, 3600);
  const before = terminal.raw().length;
  for (let second = 0; second < 20; second += 1) pass(1);
  happen({ type: 'watch.released' });
  pass(1);
  terminal.type('?');
  await terminal.until('Esc: back');
  const written = terminal.raw().slice(before);
  expect(written.slice(0, written.indexOf('keys'))).not.toContain('NAME');
});

test('no frame clears the screen', async () => {
  const { terminal, log, happen } = await show(80, 24);
  const before = terminal.raw().length;
  log('api-1', 'api', ...Array.from({ length: 100 }, (_, n) => `line ${n}.`));
  await terminal.until('line 99.');
  happen(the.saved('shop/web', 'a.js'), {
    type: 'build.failed',
    image: 'shop/web',
    generation: 2,
    failure: the.failure(),
  });
  await terminal.until('build failed');
  terminal.type('?');
  await terminal.until('Esc: back');
  expect(terminal.raw().slice(before)).not.toMatch(/\x1b\[[0-3]?J/);
});
