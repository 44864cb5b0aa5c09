import { expect, test } from 'vitest';
import { createFollowedCrashReader, createFollowedWords } from '../../../src/logs/followed-words.ts';
import type { UnnumberedLine } from '../../../src/logs/log-line.ts';
import type { LogTarget } from '../../../src/session/state.ts';

const target: LogTarget = {
  ...{ id: 'u1/c1', namespace: 'shop', pod: 'web-1', podUid: 'u1', container: 'main', containerId: 'c1' },
  ended: true,
};

const line = (text: string, targetId = target.id): UnnumberedLine => ({
  ...{ targetId, namespace: 'shop', pod: 'web-1', container: 'main', time: '2026-01-01T00:00:00Z', text },
});

function reader() {
  const words = createFollowedWords();
  const waits: number[] = [];
  const clock = {
    now: () => 0,
    sleep: async (ms: number) => {
      waits.push(ms);
      await Promise.resolve();
    },
  };
  const other = { lastLines: async () => ['read anew'] };
  const crashes = createFollowedCrashReader(words, other, clock);
  return { words, waits, last: () => crashes.lastLines(target, new AbortController().signal) };
}

test('what was followed to its end is known without a wait, and of which instance it is', async () => {
  const { words, waits, last } = reader();
  const end = words.begin(target.id);
  words.take(Array.from({ length: 30 }, (_, n) => line(`line ${n}`)));
  words.take([line('of the next instance', 'u1/c2')]);
  end();
  const lines = await last();
  expect(lines).toHaveLength(20);
  expect(lines.at(-1)).toBe('line 29');
  expect(waits).toEqual([]);
});

test('the last line is waited for', async () => {
  const { words, waits, last } = reader();
  const end = words.begin(target.id);
  words.take([line('first')]);
  const reading = last();
  await Promise.resolve();
  words.take([line('last')]);
  end();
  expect(await reading).toEqual(['first', 'last']);
  expect(waits.length).toBeGreaterThan(0);
});

test('what nobody follows, or what brought no line, is read anew', async () => {
  const { words, last } = reader();
  expect(await last()).toEqual(['read anew']);
  words.begin(target.id)();
  expect(await last()).toEqual(['read anew']);
});
