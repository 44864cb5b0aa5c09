import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { copyProject, repo, rockpool, type TestProject } from './harness.ts';

let project: TestProject;

beforeEach(async () => {
  project = await copyProject('test/fixtures/hello');
});

afterEach(async () => {
  await rockpool(['down', '-n', project.namespace], { cwd: project.dir });
  await project.remove();
});

/** `rockpool up` on a terminal of its own, and what a person sees on it. */
function openScreen(columns: number, rows: number) {
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
  const env = { ...process.env, TERM: 'xterm-256color', CI: '' } as Record<string, string>;
  const child = spawn(process.execPath, [join(repo, 'bin', 'rockpool.js'), 'up', '-n', project.namespace], {
    cwd: project.dir,
    cols: columns,
    rows,
    env,
  });
  let written = '';
  child.onData((data) => {
    written += data;
    terminal.write(data);
  });
  const exit = new Promise<number>((resolve) => child.onExit(({ exitCode }) => resolve(exitCode)));
  const lines = () => {
    const { active } = terminal.buffer;
    return Array.from(
      { length: terminal.rows },
      (_, row) => active.getLine(active.viewportY + row)?.translateToString(true) ?? '',
    );
  };
  const seen = async (fits: (text: string) => boolean, timeout = 60_000): Promise<string[]> => {
    const end = Date.now() + timeout;
    while (!fits(lines().join('\n'))) {
      if (Date.now() > end) throw new Error(`never seen; the screen was:\n${lines().join('\n')}`);
      await sleep(50);
    }
    return lines();
  };
  const resize = (cols: number, height: number) => {
    terminal.resize(cols, height);
    child.resize(cols, height);
  };
  return { child, exit, seen, lines, resize, written: () => written };
}

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
