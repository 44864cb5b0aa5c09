import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type IPty, spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';
import { build } from 'tsdown';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

let folder: string;
let program: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rockpool-screen-'));
  await build({
    entry: { screen: join(import.meta.dirname, '../../fixtures/screen/screen.ts') },
    outDir: folder,
    config: false,
    format: 'esm',
    platform: 'node',
    dts: false,
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"production"' },
    deps: { alwaysBundle: (id) => id !== 'react-devtools-core', neverBundle: ['react-devtools-core'] },
  });
  program = join(folder, 'screen.mjs');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Run {
  readonly pty: IPty;
  raw(): string;
  /** what is on the terminal, without blank lines */
  shown(): string;
  until(what: string | RegExp): Promise<string>;
  close(): void;
}

/** The program in a shell on a pty; when it has ended, the shell prints its exit code and the terminal's modes. */
function run(mode: string): Run {
  const script = 'echo before; "$0" "$1" "$2"; echo "code $?"; stty -a; echo after';
  const pty = spawn('/bin/sh', ['-c', script, process.execPath, program, mode], {
    cols: 100,
    rows: 60,
    env: { ...process.env, TERM: 'xterm-256color', CI: '1' },
  });
  const emulator = new xterm.Terminal({ cols: 100, rows: 60, allowProposedApi: true });
  const listeners = new Set<() => void>();
  let raw = '';
  const data = pty.onData((chunk) => {
    raw += chunk;
    emulator.write(chunk, () => {
      for (const listener of [...listeners]) listener();
    });
  });
  const shown = () =>
    Array.from({ length: 60 }, (_, row) => emulator.buffer.active.getLine(row)?.translateToString(true) ?? '')
      .filter(Boolean)
      .join('\n');
  const until = (what: string | RegExp) => {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const check = () =>
      (typeof what === 'string' ? shown().includes(what) : what.test(shown())) && resolve(shown());
    const timer = setTimeout(() => reject(new Error(`not seen: ${what}\n${shown()}`)), 20_000);
    listeners.add(check);
    check();
    return promise.finally(() => clearTimeout(timer));
  };
  return {
    pty,
    raw: () => raw,
    shown,
    until,
    close() {
      data.dispose();
      pty.kill('SIGKILL');
    },
  };
}

async function onScreen<T>(mode: string, act: (run: Run, pid: number) => Promise<T>): Promise<T> {
  const running = run(mode);
  try {
    const pid = Number(/pid (\d+)\./.exec(await running.until(/pid \d+\./))?.[1]);
    expect(running.shown()).not.toContain('before');
    return await act(running, pid);
  } finally {
    running.close();
  }
}

function expectGivenBack(run: Run): void {
  const raw = run.raw();
  expect(raw.lastIndexOf('\x1b[?1049l')).toBeGreaterThan(raw.lastIndexOf('\x1b[?1049h'));
  expect(raw.lastIndexOf('\x1b[?25h')).toBeGreaterThan(raw.lastIndexOf('\x1b[?25l'));
  expect(run.shown()).toMatch(/^before\n/);
  expect(run.shown()).toMatch(/[ ;]icanon/);
  expect(run.shown()).toMatch(/ echo /);
  expect(run.shown()).not.toContain('q quit');
}

describe('the terminal is given back', () => {
  test.each<[string, (run: Run, pid: number) => void, string]>([
    ['q', ({ pty }) => pty.write('q'), 'quit: q\n'],
    ['Ctrl-C', ({ pty }) => pty.write('\x03'), 'quit: Ctrl-C\n'],
    ['SIGTERM', (_run, pid) => process.kill(pid, 'SIGTERM'), 'quit: SIGTERM\n'],
    ['SIGHUP', (_run, pid) => process.kill(pid, 'SIGHUP'), 'quit: SIGHUP\n'],
    ['SIGINT from elsewhere', (_run, pid) => process.kill(pid, 'SIGINT'), 'quit: SIGINT\n'],
  ])('after %s, with a summary of two lines', async (_name, end, reason) => {
    await onScreen('wait', async (run, pid) => {
      end(run, pid);
      const shown = await run.until(/^after/m);
      expectGivenBack(run);
      expect(shown).toMatch(
        /^before\nshop {2}ran \d+ s in minikube\/shop, 0 of 0 up\nnothing was built\nquit: /,
      );
      expect(shown).toContain(reason);
      expect(shown).toContain('code 0');
    });
  });

  test('after an exception that nobody caught, which is printed; exit code 1', async () => {
    await onScreen('throw', async (run) => {
      run.pty.write('r');
      const shown = await run.until(/^after/m);
      expectGivenBack(run);
      expect(shown).toContain('Error: nobody caught this');
      expect(shown).toContain('code 1');
    });
  });

  test('after a component broke; the caller gets the error', async () => {
    await onScreen('component', async (run) => {
      run.pty.write('r');
      const shown = await run.until(/^after/m);
      expectGivenBack(run);
      expect(shown).toContain('the log store broke');
      expect(shown).toContain('code 1');
    });
  });
});

test('the program ends when its terminal goes away', async () => {
  await onScreen('wait', async (run, pid) => {
    (run.pty as unknown as { destroy(): void }).destroy();
    await expect.poll(() => isRunning(pid), { timeout: 10_000 }).toBe(false);
  });
});

test('what a library prints on stderr does not scroll the screen, and is shown after it', async () => {
  await onScreen('stderr', async (run) => {
    run.pty.write('r?');
    expect(await run.until('Esc: back')).not.toContain('a warning');
    run.pty.write('q');
    expect(await run.until(/^after/m)).toContain('a warning of some library');
  });
});

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
