import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createPackage } from './installed.ts';
import { createPlayground, type Playground } from './playground.ts';

const [DOWN, ENTER, CTRL_C, ESCAPE] = ['\u001b[B', '\r', '\u0003', '\u001b'];

interface Terminal {
  type(keys: string): void;
  /** Resolves with the screen once it shows that; rejects after ten seconds with what was there instead. */
  until(what: string | RegExp): Promise<string>;
  readonly ended: Promise<number>;
  kill(signal: string): void;
}

/** `rockpool new …` on a terminal. */
function start(playground: Playground, ...args: string[]): Terminal {
  const bin = join(createPackage(playground), 'bin/rockpool.js');
  const pty = spawn(process.execPath, [bin, 'new', ...args], {
    cols: 100,
    rows: 40,
    cwd: playground.folder,
    env: { ...playground.env, TERM: 'xterm-256color' },
  });
  onTestFinished(() => {
    try {
      pty.kill('SIGKILL');
    } catch {
      // has ended
    }
  });
  const emulator = new xterm.Terminal({ cols: 100, rows: 40, allowProposedApi: true });
  const listeners = new Set<() => void>();
  pty.onData((chunk) =>
    emulator.write(chunk, () => {
      for (const listener of [...listeners]) listener();
    }),
  );
  const screen = () =>
    Array.from({ length: 40 }, (_, row) => emulator.buffer.active.getLine(row)?.translateToString(true) ?? '')
      .join('\n')
      .trimEnd();
  return {
    type: (keys) => pty.write(keys),
    until: (what) => {
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      const check = () =>
        (typeof what === 'string' ? screen().includes(what) : what.test(screen())) && resolve(screen());
      const timer = setTimeout(() => reject(new Error(`not seen: ${what}\n${screen()}`)), 10_000);
      listeners.add(check);
      check();
      return promise.finally(() => {
        clearTimeout(timer);
        listeners.delete(check);
      });
    },
    ended: new Promise((resolve) => pty.onExit(({ exitCode }) => resolve(exitCode))),
    kill: (signal) => pty.kill(signal),
  };
}

describe('rockpool new on a terminal', () => {
  test('asks for the template, the folder, and what has no default, and for nothing else', async () => {
    const playground = createPlayground();
    const terminal = start(playground);
    const picker = await terminal.until('What kind of project?');
    expect(picker).toMatch(/● greeter {2}A page that greets, for the tests\n.*○ tiny {5}As little as can be/);
    terminal.type(DOWN);
    await terminal.until(/● tiny/);
    terminal.type(ENTER);
    await terminal.until(/In which folder\?[\s\S]*tiny/);
    terminal.type(`my-app${ENTER}`);
    await terminal.until(/How large[\s\S]*small[\s\S]*large/);
    terminal.type(`${DOWN}${ENTER}`);
    const end = await terminal.until(/cd my-app\n/);
    expect(end).toContain(
      'Made my-app from the template tiny: 1 file, a git repository with a first commit.',
    );
    expect(await terminal.ended).toBe(0);
    expect(playground.read('my-app/rockpool.yaml')).toBe(
      'version: 1\nname: my-app\nvalues: { size: large }\n',
    );
  });

  test('nothing typed is the folder shown; what is typed is not put behind it', async () => {
    for (const [typed, folder] of [
      ['', 'greeter'],
      ['My App', 'My App'],
    ] as const) {
      const playground = createPlayground();
      const terminal = start(playground, 'greeter');
      await terminal.until('In which folder?');
      terminal.type(`${typed}${ENTER}`);
      await terminal.until(`Made ${folder} from`);
      expect(await terminal.ended).toBe(0);
      expect(readdirSync(playground.folder)).toEqual([folder]);
    }
  });

  test('asks again for a folder that has files of the template, or is none', async () => {
    const playground = createPlayground();
    playground.write('mine', { 'README.md': 'mine', file: 'mine' });
    const terminal = start(playground, 'greeter');
    await terminal.until('In which folder?');
    terminal.type(`mine${ENTER}`);
    await terminal.until(/mine has README\.md already[\s\S]*In which other folder\?/);
    terminal.type(`mine/file${ENTER}`);
    await terminal.until(/file is no folder[\s\S]*which other folder\?/);
    terminal.type(`other${ENTER}`);
    await terminal.until('Made other from');
    expect(await terminal.ended).toBe(0);
    expect(playground.read('mine/README.md')).toBe('mine');
  });

  test('asks nothing where everything has a default', async () => {
    const playground = createPlayground();
    const terminal = start(playground, 'greeter', 'my-app');
    await terminal.until('Made my-app');
    expect(await terminal.ended).toBe(0);
  });

  test.each([
    ['Ctrl-C', CTRL_C],
    ['Escape', ESCAPE],
  ])('%s at a question ends it with 130, and nothing is written', async (_name, key) => {
    for (const args of [[], ['greeter'], ['tiny', 'x']]) {
      const playground = createPlayground();
      const terminal = start(playground, ...args);
      await terminal.until(
        args.length === 2 ? 'How large' : args.length === 1 ? 'In which folder?' : 'What kind',
      );
      terminal.type(key);
      await terminal.until('Nothing was written.');
      expect(await terminal.ended).toBe(130);
      expect(readdirSync(playground.folder)).toEqual([]);
    }
  });

  test('a signal at a question ends it, and nothing is written', async () => {
    const playground = createPlayground();
    const terminal = start(playground, 'greeter');
    await terminal.until('In which folder?');
    terminal.kill('SIGTERM');
    expect(await terminal.ended).toBe(143);
    expect(readdirSync(playground.folder)).toEqual([]);
  });

  test('a flag that is wrong is told before anything is asked', async () => {
    const playground = createPlayground();
    const terminal = start(playground, 'greeter', '--port', '0');
    await terminal.until('--port must be a whole number');
    expect(await terminal.ended).toBe(2);
  });
});
