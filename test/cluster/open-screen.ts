import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';
import { repo, type TestProject } from './harness.ts';

const bin = join(repo, 'bin', 'rockpool.js');

/** `rockpool up` on a terminal of its own, and what a person sees on it. */
export function openScreen(
  project: Pick<TestProject, 'dir' | 'namespace'>,
  columns: number,
  rows: number,
  args: readonly string[] = [],
) {
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
  const env = { ...process.env, TERM: 'xterm-256color', CI: '' } as Record<string, string>;
  const child = spawn(process.execPath, [bin, 'up', '-n', project.namespace, ...args], {
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
