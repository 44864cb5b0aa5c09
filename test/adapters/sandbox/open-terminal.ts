import { join } from 'node:path';
import { spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';
import { onTestFinished } from 'vitest';
import type { BareMachine } from './bare-machine.ts';

const bin = join(import.meta.dirname, '../../../bin/rockpool.js');
const [COLUMNS, ROWS] = [110, 34];

export interface Terminal {
  type(keys: string): void;
  /** Resolves once the screen shows that; rejects after a minute with what was there instead. */
  until(what: RegExp): Promise<void>;
  /** which screen is shown */
  buffer(): 'normal' | 'alternate';
  readonly exit: Promise<number>;
}

/** `rockpool …` on a terminal. */
export function openTerminal(
  args: readonly string[],
  { folder, env }: BareMachine,
  { cwd = folder }: { readonly cwd?: string } = {},
): Terminal {
  const pty = spawn(process.execPath, [bin, ...args], { ...{ cols: COLUMNS, rows: ROWS, cwd }, env });
  const emulator = new xterm.Terminal({ cols: COLUMNS, rows: ROWS, allowProposedApi: true });
  const listeners = new Set<() => void>();
  pty.onData((text) =>
    emulator.write(text, () => {
      for (const listener of [...listeners]) listener();
    }),
  );
  let hasEnded = false;
  const exit = new Promise<number>((resolve) =>
    pty.onExit(({ exitCode }) => {
      hasEnded = true;
      resolve(exitCode);
    }),
  );
  onTestFinished(() => {
    if (!hasEnded) pty.kill('SIGKILL');
  });
  const screen = () => {
    const shown = emulator.buffer.active;
    const lines = Array.from({ length: ROWS }, (_, row) => shown.getLine(shown.viewportY + row));
    return lines.map((line) => line?.translateToString(true) ?? '').join('\n');
  };
  return {
    ...{ exit, type: (keys) => pty.write(keys), buffer: () => emulator.buffer.active.type },
    until: (what) => {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const check = () => what.test(screen()) && resolve();
      const timer = setTimeout(() => reject(new Error(`not seen: ${what}\n${screen()}`)), 60_000);
      listeners.add(check);
      check();
      return promise.finally(() => {
        clearTimeout(timer);
        listeners.delete(check);
      });
    },
  };
}
