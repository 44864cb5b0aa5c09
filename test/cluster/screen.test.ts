import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { copyProject, rockpool, type TestProject } from './harness.ts';
import { openScreen as open } from './open-screen.ts';

let project: TestProject;

beforeEach(async () => {
  project = await copyProject('test/fixtures/page');
});

afterEach(async () => {
  await rockpool(['down', '-n', project.namespace], { cwd: project.dir });
  await project.remove();
});

const openScreen = (columns: number, rows: number) => open(project, columns, rows);

test.each([
  [80, 24],
  [200, 50],
])(
  'at %dx%d the screen shows the workload ready, its forward and its logs, fits, and follows a save',
  async (columns, rows) => {
    const screen = openScreen(columns, rows);
    const ready = await screen.seen(
      (text) => /web .*ready .*1\/1/.test(text) && /line \d+ of first/.test(text),
    );
    expect(ready.some((line) => /http:\/\/localhost:\d+/.test(line))).toBe(true);
    expect(ready.at(-1)).toContain('quit');
    await project.write('web/www/index.html', 'second\n');
    await screen.seen((text) => /line \d+ of second/.test(text));
    screen.resize(columns - 10, rows - 4);
    await screen.seen(
      (text) => text.split('\n').at(-1)?.includes('quit') === true && /web .*ready/.test(text),
    );
    screen.child.write('q');
    expect(await screen.exit).toBe(0);
    expect(screen.written()).toMatch(/\x1b\[\?1049l/);
    expect(screen.written().lastIndexOf('\x1b[?25h')).toBeGreaterThan(
      screen.written().lastIndexOf('\x1b[?25l'),
    );
  },
);

test('a failed build is shown with its place while the old code serves, and goes with the next good save', async () => {
  const screen = openScreen(100, 30);
  await screen.seen((text) => /web .*ready .*1\/1/.test(text));
  const good = await readFile(join(project.dir, 'web/Dockerfile'), 'utf8');
  await project.write('web/Dockerfile', good.replace('COPY www /www', 'COPY wwww /www'));
  const failed = await screen.seen((text) => text.includes('web/Dockerfile:3'));
  expect(failed.join('\n')).toMatch(/build failed/);
  await project.write('web/Dockerfile', good);
  await screen.seen((text) => !text.includes('web/Dockerfile:3') && /web .*ready/.test(text));
  screen.child.write('\x03');
  expect(await screen.exit).toBe(130);
});

test('SIGTERM gives the terminal back and ends with 143', async () => {
  const screen = openScreen(80, 24);
  await screen.seen((text) => /web .*ready/.test(text));
  screen.child.kill('SIGTERM');
  expect(await screen.exit).toBe(143);
  expect(screen.written()).toMatch(/\x1b\[\?1049l/);
});
