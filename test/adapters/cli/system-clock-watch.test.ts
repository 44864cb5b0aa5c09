import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createSystemClockWatch } from '../../../src/cli/system-clock-watch.ts';
import type { EventBody } from '../../../src/session/events.ts';

test.each([
  ['a look in time', [1000], []],
  ['a busy process or machine', [1000, 3000, 4500], []],
  ['a gap', [1000, 59_000, 1000], [58_000]],
  ['gaps one after the other', [6000, 7000], [5000, 6000]],
])('%s', async (_, steps, slept) => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  let now = 0;
  const { events, heard } = watching(() => now);
  for (const step of steps) {
    now += step;
    await vi.advanceTimersByTimeAsync(1000);
  }
  expect(events).toEqual(slept.map((ms) => ({ type: 'machine.slept', ms })));
  expect(heard).toEqual(slept);
});

test('ends with the signal and leaves no timer', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const { stop, ended } = watching(() => 0);
  expect(vi.getTimerCount()).toBe(1);
  stop();
  await ended;
  expect(vi.getTimerCount()).toBe(0);
});

test('a process that was stopped and goes on', async () => {
  const file = join(import.meta.dirname, '../../../src/cli/system-clock-watch.ts');
  const script = `
    const { createSystemClockWatch } = await import(${JSON.stringify(file)});
    void createSystemClockWatch().watch((event) => console.log(event.type), new AbortController().signal);
    console.log('ready');
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'pipe' });
  onTestFinished(() => void child.kill('SIGKILL'));
  await said(child, 'ready');
  child.kill('SIGSTOP');
  await sleep(7000);
  child.kill('SIGCONT');
  await said(child, 'machine.slept');
});

function said(child: ChildProcess, word: string): Promise<void> {
  return new Promise((resolve, reject) => {
    child.stdout?.on('data', (text) => String(text).includes(word) && resolve());
    child.once('exit', () => reject(new Error('it ended')));
  });
}

function watching(sinceBoot: () => number) {
  const events: EventBody[] = [];
  const heard: number[] = [];
  const controller = new AbortController();
  const clockWatch = createSystemClockWatch(sinceBoot);
  clockWatch.onSleep((ms) => heard.push(ms));
  const ended = clockWatch.watch((event) => events.push(event), controller.signal);
  return { events, heard, ended, stop: () => controller.abort() };
}
