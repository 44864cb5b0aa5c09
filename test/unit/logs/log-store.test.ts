import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { UnnumberedLine } from '../../../src/logs/log-line.ts';
import { createLogStore } from '../../../src/logs/log-store.ts';

const line = (text: string): UnnumberedLine => ({
  ...{
    targetId: 'uid/id',
    namespace: 'shop',
    pod: 'web',
    container: 'app',
    time: '2026-11-21T10:00:00Z',
    text,
  },
});
const all = () => true;
const textsOf = (lines: readonly { readonly text: string }[]) => lines.map(({ text }) => text);

describe('log store', () => {
  it('keeps the newest lines within both bounds, and answers as a plain list would', () => {
    const batches = fc.array(fc.array(fc.string({ unit: fc.constantFrom('a', 'é', '😀') })));
    const bounds = fc.record({
      lines: fc.integer({ min: 1, max: 8 }),
      bytes: fc.integer({ min: 1, max: 60 }),
    });
    fc.assert(
      fc.property(batches, bounds, fc.nat(30), fc.nat(10), (written, limits, until, count) => {
        const store = createLogStore(limits);
        for (const batch of written) store.append(batch.map(line));
        const list = written.flat().map((text, i) => ({ text, seq: i + 1 }));
        const kept = list.slice(store.dropped());
        const passes = ({ text }: { readonly text: string }) => text.includes('a');

        expect(store.version()).toBe(list.length);
        expect(kept.length).toBeLessThanOrEqual(limits.lines);
        const bytes = kept.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
        expect(kept.length === 1 || bytes <= limits.bytes).toBe(true);
        const fits = (lines: typeof list) =>
          lines.length <= limits.lines &&
          lines.reduce((n, { text }) => n + Buffer.byteLength(text), 0) <= limits.bytes;
        expect(
          store.dropped() > 0 && kept.length > 1 && fits(list.slice(store.dropped() - 1)) && fits(list),
        ).toBe(false);

        const shown = kept
          .filter((each) => each.seq <= until && passes(each))
          .slice(count === 0 ? kept.length : -count);
        expect(textsOf(store.window({ passes, until, count }))).toEqual(textsOf(shown));
        expect(store.countAfter(until, passes)).toBe(
          kept.filter((each) => each.seq > until && passes(each)).length,
        );
      }),
    );
  });

  it('calls back once for an append, until told not to', () => {
    const store = createLogStore({ lines: 10, bytes: 1000 });
    const versions: number[] = [];
    const stop = store.subscribe(() => versions.push(store.version()));
    store.append([line('a'), line('b')]);
    store.append([]);
    stop();
    store.append([line('c')]);
    expect(versions).toEqual([2]);
  });

  it('keeps the beginning of a very long line and says how much is gone', () => {
    const store = createLogStore({ lines: 10, bytes: 1_000_000 });
    store.append([line('x'.repeat(100_000))]);
    const [kept] = store.window({ passes: all, count: 1 });
    expect(kept?.text).toBe(`${'x'.repeat(65_536)} … [34464 more characters]`);
  });

  it('holds no escapes but colours', () => {
    const store = createLogStore({ lines: 10, bytes: 1_000 });
    store.append([line('\x1b[2J\x1b[31mred')]);
    expect(textsOf(store.window({ passes: all, count: 1 }))).toEqual(['\x1b[31mred\x1b[0m']);
  });
});
