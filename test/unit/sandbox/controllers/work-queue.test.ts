import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createWorkQueue, type Work } from '../../../../src/sandbox/controllers/work-queue.ts';
import { createManualClock } from '../../../support/manual-clock.ts';

const start = (work: Work) => {
  const clock = createManualClock();
  const done: string[] = [];
  const failed: [string, unknown][] = [];
  const queue = createWorkQueue(
    (key) => {
      done.push(key);
      return work(key);
    },
    clock,
    (key, error) => failed.push([key, error]),
  );
  const pass = async (ms: number): Promise<void> => {
    clock.advance(ms);
    await turn();
    await turn();
  };
  return { clock, done, failed, queue, pass };
};
const broken = new Error('broken');

it('does each thing once however often it was asked for, and not in the call of who asked', async () => {
  const { queue, done, pass } = start(() => undefined);
  for (const key of ['a', 'b', 'a']) queue.add(key);
  expect(done).toEqual([]);
  await pass(0);
  expect(done).toEqual(['a', 'b']);
});

it('does what is asked for by its own work in a later round', async () => {
  const { queue, done } = start((key) => {
    if (key === 'a') queue.add('b');
    return undefined;
  });
  queue.add('a');
  queue.settle();
  expect(done).toEqual(['a', 'b']);
});

it('does a thing again when it is due, or earlier when it is asked for', async () => {
  let wait: number | undefined = 1000;
  const { queue, done, pass, clock } = start(() => wait);
  queue.add('a');
  await pass(0);
  await pass(999);
  expect(done).toEqual(['a']);
  await pass(1);
  expect(done).toEqual(['a', 'a']);
  wait = undefined;
  queue.add('a');
  await pass(0);
  expect(clock.pending()).toEqual([]);
  await pass(5000);
  expect(done).toEqual(['a', 'a', 'a']);
});

it('tries what failed again, later each time, until it succeeds', async () => {
  let isBroken = true;
  const { queue, done, failed, pass, clock } = start(() => {
    if (isBroken) throw broken;
    return undefined;
  });
  queue.add('a');
  const waits: number[] = [];
  for (let time = 0; time < 20; time += 1) {
    await pass(clock.pending()[0] ?? 0);
    waits.push(clock.pending()[0] ?? 0);
  }
  expect(waits.slice(0, 5)).toEqual([5, 10, 20, 40, 80]);
  expect(waits.at(-1)).toBe(1_000_000);
  expect(failed).toHaveLength(20);
  expect(failed[0]).toEqual(['a', broken]);
  isBroken = false;
  await pass(1_000_000);
  expect(done).toHaveLength(21);
  expect(clock.pending()).toEqual([]);
  isBroken = true;
  queue.add('a');
  await pass(0);
  expect(clock.pending()).toEqual([5]);
});

it('does the others when one fails', async () => {
  const { queue, done, pass } = start((key) => {
    if (key === 'a') throw broken;
    return undefined;
  });
  queue.add('a');
  queue.add('b');
  await pass(0);
  expect(done).toEqual(['a', 'b']);
});

it('does nothing once it is closed, also when it is closed by its own work', async () => {
  const { queue, done, pass, clock } = start(() => {
    queue.close();
    queue.add('b');
    return 1000;
  });
  queue.add('a');
  await pass(0);
  await pass(1000);
  queue.add('c');
  await pass(0);
  expect(done).toEqual(['a']);
  expect(clock.pending()).toEqual([]);
});
