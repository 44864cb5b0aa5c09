import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';

const source = join(import.meta.dirname, '../../../src/cli/until-interrupted.ts');

/** A process that goes on after it was asked to end, and says what it is doing. */
function start(then = '') {
  const program = `
    import { untilInterrupted } from ${JSON.stringify(source)};
    const interruption = untilInterrupted();
    setInterval(() => undefined, 1000);
    ${then}
    console.log('started');
    await interruption.asked;
    console.log('asked ' + interruption.exitCode());
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program]);
  onTestFinished(() => void child.kill('SIGKILL'));
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const says = (text: string) => expect.poll(() => output, { timeout: 20_000 }).toContain(text);
  return { child, says, exit: once(child, 'exit') as Promise<[number | null, string | null]> };
}

const twice = async (child: ChildProcess, signal: NodeJS.Signals, says: (text: string) => Promise<void>) => {
  child.kill(signal);
  await says('asked');
  child.kill(signal);
};

it.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('the first %s asks, the second ends at once with %d', async (signal, code) => {
  const { child, says, exit } = start();
  await says('started');
  await twice(child, signal, says);
  expect(await exit).toEqual([code, null]);
});

it('a closed terminal and its shell both send SIGHUP: what is under way goes on', async () => {
  const { child, says, exit } = start();
  await says('started');
  await twice(child, 'SIGHUP', says);
  child.kill('SIGTERM');
  expect(await exit).toEqual([143, null]);
});

it('when the end is under way the first signal ends at once, and says what is left', async () => {
  const { child, says, exit } = start("interruption.endAtOnce(() => 'two pods are left');");
  await says('started');
  child.kill('SIGINT');
  expect(await exit).toEqual([130, null]);
  await says('two pods are left');
});
