import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLineSplitter, type TimedLine } from '../../../src/logs/split-lines.ts';

const TIME = '2026-11-21T10:00:00.123456789Z';

/** Cuts the bytes at these places. */
function split(
  bytes: Uint8Array,
  cuts: readonly number[],
  longest?: number,
): { lines: TimedLine[]; rest?: TimedLine | undefined } {
  const splitter = createLineSplitter(longest);
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  const lines = places.slice(1).flatMap((to, i) => splitter.push(bytes.subarray(places[i], to)));
  return { lines, rest: splitter.rest() };
}

describe('split lines', () => {
  it('gives the same lines wherever the bytes are cut', () => {
    const texts = fc.array(fc.string({ unit: 'binary' }).map((text) => text.replace(/[\n\r]/g, '')));
    fc.assert(
      fc.property(texts, fc.array(fc.nat()), (written, cuts) => {
        const bytes = Buffer.from(written.map((text) => `${TIME} ${text}\n`).join(''));
        const expected = written.map((text) => ({ time: TIME, text: Buffer.from(text).toString() }));
        expect(split(bytes, cuts)).toEqual({ lines: expected, rest: undefined });
      }),
    );
  });

  it('takes any bytes, valid UTF-8 or not', () => {
    fc.assert(
      fc.property(
        fc.uint8Array(),
        fc.array(fc.nat()),
        fc.integer({ min: 1, max: 40 }),
        (bytes, cuts, longest) => {
          expect(split(bytes, cuts, longest)).toEqual(split(bytes, [], longest));
        },
      ),
    );
  });

  it.each([
    [
      'no line end at the end',
      `${TIME} a\n${TIME} b`,
      [{ time: TIME, text: 'a' }],
      { time: TIME, text: 'b' },
    ],
    ['CR LF', `${TIME} a\r\n`, [{ time: TIME, text: 'a' }], undefined],
    ['a CR inside', `${TIME} a\rb\n`, [{ time: TIME, text: 'a\rb' }], undefined],
    ['an empty line', `${TIME} \n`, [{ time: TIME, text: '' }], undefined],
    ['an empty line without its space', `${TIME}\n`, [{ time: TIME, text: '' }], undefined],
    ['blanks of the text', `${TIME}   a \n`, [{ time: TIME, text: '  a ' }], undefined],
    [
      'words of the kubelet',
      'failed to create fsnotify watcher: too many open files',
      [],
      { time: '', text: 'failed to create fsnotify watcher: too many open files' },
    ],
  ])('keeps %s', (_, text, lines, rest) => {
    expect(split(Buffer.from(text), [])).toEqual({ lines, rest });
  });

  it('keeps a line of a megabyte whole', () => {
    const text = 'x'.repeat(1024 * 1024);
    const cuts = Array.from({ length: 64 }, (_, i) => i * 16_384);
    expect(split(Buffer.from(`${TIME} ${text}\n`), cuts).lines).toEqual([{ time: TIME, text }]);
  });

  it('cuts a line that does not end, at the same places always, each piece with the time of the line', () => {
    const { lines } = split(Buffer.from(`${TIME} ${'x'.repeat(100)}\n${TIME} y\n`), [], 60);
    expect(lines.map(({ time }) => time)).toEqual([TIME, TIME, TIME, TIME].slice(0, lines.length));
    expect(
      lines
        .slice(0, -1)
        .map(({ text }) => text)
        .join(''),
    ).toBe('x'.repeat(100));
    expect(lines.at(-1)).toEqual({ time: TIME, text: 'y' });
  });
});
