import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createCoalescer, type Pace } from '../../../src/watch/coalesce.ts';

/** Time that only passes while somebody sleeps; what is to happen happens on the way. */
function createPace(happenings: readonly { at: number; what: () => void }[] = []): Pace {
  const queue = [...happenings].sort((a, b) => a.at - b.at);
  let now = 0;
  return {
    now: () => now,
    async sleep(ms, signal) {
      signal.throwIfAborted();
      const until = now + ms;
      for (let next = queue[0]; next && next.at <= until; next = queue[0]) {
        now = Math.max(now, next.at);
        queue.shift();
        next.what();
      }
      now = until;
    },
  };
}

const never = new AbortController().signal;

test('what happens close together is one, 20 ms after the last', async () => {
  const pace = createPace([
    { at: 15, what: () => coalescer.touch() },
    { at: 30, what: () => coalescer.touch() },
  ]);
  const coalescer = createCoalescer({ quiet: 20, most: 2000, pace });
  coalescer.touch();
  await coalescer.settled(never);
  expect(pace.now()).toBe(50);
});

test('for any saves: it ends after the first silence, never later than the bound, and the rest is for the next call', async () => {
  const gaps = fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 200 });
  await fc.assert(
    fc.asyncProperty(gaps, async (pauses) => {
      const times = pauses.map((_, index) => pauses.slice(0, index).reduce((sum, pause) => sum + pause, 0));
      const pace = createPace(times.slice(1).map((at) => ({ at, what: () => coalescer.touch() })));
      const coalescer = createCoalescer({ quiet: 20, most: 200, pace });
      coalescer.touch();
      await coalescer.settled(never);
      const silence =
        times.find((at, index) => (times[index + 1] ?? Number.POSITIVE_INFINITY) - at > 20) ?? 0;
      expect(pace.now()).toBe(Math.min(silence + 20, 200));
    }),
  );
});

test('it waits for something to happen, and gives up when told to', async () => {
  const stop = new AbortController();
  const coalescer = createCoalescer({ quiet: 20, most: 2000, pace: createPace() });
  const settled = coalescer.settled(stop.signal);
  stop.abort(new Error('enough'));
  await expect(settled).rejects.toThrow('enough');
  coalescer.touch();
  await coalescer.settled(never);
});
