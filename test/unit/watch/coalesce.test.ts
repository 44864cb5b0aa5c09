import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { BOUND_MS, createCoalescer, QUIET_MS } from '../../../src/watch/coalesce.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test('changes in quick succession are handed over together, 20 ms after the last', () => {
  const handed: (readonly string[])[] = [];
  const changes = createCoalescer((paths) => handed.push(paths));
  changes.add('a');
  vi.advanceTimersByTime(QUIET_MS - 1);
  changes.add('b');
  vi.advanceTimersByTime(QUIET_MS - 1);
  expect(handed).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(handed).toEqual([['a', 'b']]);
});

test('nothing is lost, nothing handed over twice, and nothing waits longer than the bound', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 60 }), fc.nat(5)), { maxLength: 300 }),
      (saves) => {
        const handed: { path: string; at: number }[] = [];
        const changes = createCoalescer((paths) =>
          handed.push(...paths.map((path) => ({ path, at: Date.now() }))),
        );
        const first = new Map<string, number>();
        let told = 0;
        for (const [pause, file] of saves) {
          vi.advanceTimersByTime(pause);
          for (; told < handed.length; told += 1) {
            const { path, at } = handed[told]!;
            expect(at - first.get(path)!).toBeLessThanOrEqual(BOUND_MS);
            first.delete(path);
          }
          const path = `f${file}`;
          if (!first.has(path)) first.set(path, Date.now());
          changes.add(path);
        }
        vi.runAllTimers();
        for (; told < handed.length; told += 1) first.delete(handed[told]!.path);
        expect([...first.keys()]).toEqual([]);
      },
    ),
  );
});

test('it waits as long as it is told to, and asks again', () => {
  const answers = [25, 25, 0];
  const handed: (readonly string[])[] = [];
  const changes = createCoalescer(
    (paths) => handed.push(paths),
    () => answers.shift() ?? 0,
  );
  changes.add('a');
  vi.advanceTimersByTime(QUIET_MS + 25);
  changes.add('b');
  vi.runAllTimers();
  expect(handed).toEqual([['a', 'b']]);
});

test('nothing comes after it was closed', () => {
  const handed: (readonly string[])[] = [];
  const changes = createCoalescer((paths) => handed.push(paths));
  changes.add('a');
  changes.close();
  vi.runAllTimers();
  expect(handed).toEqual([]);
});
