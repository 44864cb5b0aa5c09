import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';
import { expect, it, onTestFinished } from 'vitest';
import { copyRepo, readTree } from './init-fixtures.ts';

const bin = join(import.meta.dirname, '..', '..', '..', 'bin', 'rockpool.js');
const [DOWN, ENTER, CTRL_C] = ['\u001b[B', '\r', '\u0003'];

/** `rockpool init` on a terminal, in a copy of a fixture. */
async function onTerminal(name: string) {
  const { root, remove } = await copyRepo(name);
  const { CI: _, ...env } = process.env;
  const pty = spawn(process.execPath, [bin, 'init'], {
    cols: 110,
    rows: 60,
    cwd: root,
    env: { ...env, TERM: 'xterm-256color' },
  });
  onTestFinished(async () => {
    pty.kill('SIGKILL');
    await remove();
  });
  const emulator = new xterm.Terminal({ cols: 110, rows: 60, scrollback: 500, allowProposedApi: true });
  const screen = () =>
    Array.from(
      { length: emulator.buffer.active.length },
      (_, row) => emulator.buffer.active.getLine(row)?.translateToString(true) ?? '',
    ).join('\n');
  const listeners = new Set<() => void>();
  pty.onData((chunk) =>
    emulator.write(chunk, () => {
      for (const listener of listeners) listener();
    }),
  );
  const until = (what: string) =>
    new Promise<string>((resolve, reject) => {
      const check = () => screen().includes(what) && resolve(screen());
      setTimeout(() => reject(new Error(`not seen: ${what}\n${screen()}`)), 20_000).unref();
      listeners.add(check);
      check();
    });
  const ended = new Promise<number>((resolve) => pty.onExit(({ exitCode }) => resolve(exitCode)));
  return { root, until, ended, type: (keys: string) => pty.write(keys) };
}

it('asks what is unsure, shows what it would write, and writes it when that is agreed to', async () => {
  const { root, until, ended, type } = await onTerminal('06-kustomize-overlays');
  await until('Which environment is for development on this machine?');
  type(DOWN);
  await until('● staging');
  type(ENTER);
  const screen = await until('Write rockpool.yaml?');
  expect(screen).toContain('- kustomize: deploy/overlays/staging');
  expect(screen).toContain('deploy/overlays/dev: is for dev');
  await expect(access(join(root, 'rockpool.yaml'))).rejects.toThrow();
  type(ENTER);
  expect(await ended).toBe(0);
  expect((await readTree(root))['rockpool.yaml']).toContain('- kustomize: deploy/overlays/staging');
});

it.each([
  ['at a question', 'Which environment', CTRL_C, 130],
  ['when it is shown', 'Write rockpool.yaml?', CTRL_C, 130],
  ['with a no', 'Write rockpool.yaml?', 'n', 1],
])('broken off %s it has written nothing', async (_, at, key, code) => {
  const { root, until, ended, type } = await onTerminal(
    at.startsWith('Write') ? '01-one-service' : '06-kustomize-overlays',
  );
  const before = await readTree(root);
  await until(at);
  type(key);
  expect(await ended).toBe(code);
  expect(await readTree(root)).toEqual(before);
  await until('nothing was written');
});
