import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logTime, secondsBefore } from '../../../src/logs/log-time.ts';
import { createResumePoint } from '../../../src/logs/resume.ts';
import type { TimedLine } from '../../../src/logs/split-lines.ts';

/** A log with coarse and equal times and equal texts, late by up to so many ms. */
const logs = (late: readonly number[]) => {
  const line = fc.record({
    ...{ step: fc.constantFrom(0, 0, 1, 5, 40), late: fc.constantFrom(...late) },
    text: fc.constantFrom('a', 'b', 'c'.repeat(100)),
  });
  return fc.array(line, { maxLength: 60 }).map((steps) => {
    let tick = 0;
    return steps.map(({ step, late, text }): TimedLine => {
      tick += step;
      return { time: new Date(1_700_000_000_000 + tick * 50 - late).toISOString(), text };
    });
  });
};

/** As the kubelet serves it: every line that is not older than the second. */
const since = (lines: readonly TimedLine[], sinceTime: string | undefined) =>
  lines.filter(({ time }) => sinceTime === undefined || time >= sinceTime.replace('Z', ''));

describe('resume', () => {
  it.each([
    ['lines in order, and little room', logs([0]), fc.integer({ min: 1, max: 50 })],
    ['lines out of order', logs([0, 0, 50, 900]), fc.constant(1000)],
  ])('delivers every line once, wherever the stream is cut: %s', (_, log, rooms) => {
    fc.assert(
      fc.property(log, fc.array(fc.tuple(fc.nat(60), fc.nat(60))), rooms, (lines, cuts, room) => {
        const point = createResumePoint(room);
        const delivered: TimedLine[] = [];
        for (const [written, length] of [...cuts, [Infinity, Infinity] as const]) {
          const replay = point.replay();
          const stream = since(lines.slice(0, Math.max(written, delivered.length)), point.sinceTime()).slice(
            0,
            length,
          );
          for (const line of stream) delivered.push(...replay.fresh([line]));
        }
        expect(delivered).toEqual(lines);
      }),
      { numRuns: 2000 },
    );
  });

  it('skips no newer line when lines were rotated away meanwhile', () => {
    const point = createResumePoint();
    const line = (text: string, n: number) => ({ time: `2026-01-01T00:00:00.00000000${n}Z`, text });
    point.replay().fresh([line('1', 1), line('2', 2), line('3', 3)]);
    expect(
      point
        .replay()
        .fresh([line('3', 3), line('4', 4), line('5', 5)])
        .map(({ text }) => text),
    ).toEqual(['4', '5']);
  });

  it('knows the lines that were delivered, and no others', () => {
    const point = createResumePoint();
    const line = { time: '2026-01-01T00:00:00Z', text: 'x' };
    point.replay().fresh([line]);
    expect(point.replay().knows(line)).toBe(true);
    expect(point.replay().knows({ ...line, text: 'y' })).toBe(false);
    expect(point.replay().knows({ ...line, time: '2026-01-01T00:00:01Z' })).toBe(false);
  });

  it('goes on from the second before the newest line', () => {
    const point = createResumePoint();
    expect(point.sinceTime()).toBeUndefined();
    point.replay().fresh([{ time: '2026-01-01T00:00:00.999999999+01:00', text: '' }]);
    expect(point.sinceTime()).toBe('2025-12-31T22:59:59Z');
  });
});

describe('log times', () => {
  it.each([
    ['2026-11-21T10:00:00Z', '2026-11-21T10:00:00.000000000'],
    ['2026-11-21T10:00:00.1Z', '2026-11-21T10:00:00.100000000'],
    ['2026-11-21T10:00:00.123456789+02:00', '2026-11-21T08:00:00.123456789'],
    ['failed', undefined],
    ['2026-11-21', undefined],
    ['2026-13-41T99:00:00+01:00', undefined],
  ])('%s is %s', (time, expected) => expect(logTime(time)).toBe(expected));

  it('counts back over a new year', () => {
    expect(secondsBefore('2026-01-01T00:00:00.500000000', 1)).toBe('2025-12-31T23:59:59Z');
  });
});
