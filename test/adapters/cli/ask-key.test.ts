import { join } from 'node:path';
import { spawn } from '@lydell/node-pty';
import { expect, onTestFinished, test } from 'vitest';

const source = join(import.meta.dirname, '../../../src/cli');
const script = `
  const { askKey } = await import('${source}/ask-key.ts');
  const { untilInterrupted, interruptedExitCode } = await import('${source}/until-interrupted.ts');
  const keys = { t: 'take over', q: 'quit' };
  const key = await askKey(keys, untilInterrupted().signal).catch(() => undefined);
  process.exit(interruptedExitCode() || (key === 'q' ? 3 : 0));
`;

test.each([
  ['Ctrl-C', '\u0003', 130],
  ['q', 'q', 3],
  ['Escape', '\u001b', 3],
  ['t', 't', 0],
])('%s at a question for a key ends with its exit code', async (_name, key, expected) => {
  const pty = spawn(process.execPath, ['--input-type=module', '-e', script], { cols: 80, rows: 10 });
  onTestFinished(() => {
    try {
      pty.kill('SIGKILL');
    } catch {
      // has ended
    }
  });
  const ended = new Promise<number>((resolve) => pty.onExit(({ exitCode }) => resolve(exitCode)));
  let shown = '';
  await new Promise<void>((resolve) => {
    pty.onData((text) => {
      shown += text;
      if (shown.includes('[q] quit')) resolve();
    });
  });
  pty.write(key);
  expect(await ended).toBe(expected);
});
