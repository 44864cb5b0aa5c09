import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { formatSpan, formatTook } from '../../../src/ui/duration.ts';
import { failureText } from '../../../src/ui/failure-text.ts';
import { cut, fitWidth, wrapWords } from '../../../src/ui/fit-width.ts';
import { createPaint } from '../../../src/ui/paint.ts';
import { failure } from './builders.ts';

const anyText = fc
  .string({ unit: 'grapheme' })
  .map((text) => text.replace(/[\p{Control}\p{Default_Ignorable_Code_Point}]/gu, ''));

describe('fitWidth', () => {
  test('is exactly as wide as asked, whatever the text', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 0, max: 40 }), fc.boolean(), (text, width, colour) => {
        expect(stringWidth(fitWidth(createPaint(colour)(text, 'red'), width))).toBe(width);
      }),
    );
  });

  test.each([
    ['abc', 5, 'left', 'abc  '],
    ['abc', 5, 'right', '  abc'],
    ['abcdef', 4, 'left', 'abc…'],
    ['日本語', 4, 'left', '日… '],
    ['abc', 0, 'left', ''],
  ] as const)('%j in %i cells, %s, is %j', (text, width, align, expected) => {
    expect(fitWidth(text, width, align)).toBe(expected);
  });

  test('a cut colour does not leak into what follows', () => {
    expect(cut('\x1b[31mabcdef\x1b[39m', 3)).toBe('\x1b[31mab\x1b[39m…');
  });
});

describe('wrapWords', () => {
  test('loses nothing but spaces, and no line is too wide', () => {
    const words = fc
      .array(fc.stringMatching(/^[a-z]{1,15}$/), { maxLength: 10 })
      .map((list) => list.join(' '));
    fc.assert(
      fc.property(words, fc.integer({ min: 1, max: 20 }), (text, width) => {
        const lines = wrapWords(text, width);
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
        for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(width);
      }),
    );
  });

  test('breaks at spaces', () => {
    expect(wrapWords('the step failed', 8)).toEqual(['the step', 'failed']);
  });
});

test.each([
  [-5, '0 s'],
  [999, '0 s'],
  [12_400, '12 s'],
  [60_000, '1 min'],
  [3_599_000, '59 min'],
  [7_200_000, '2 h'],
  [4 * 86_400_000, '4 d'],
])('a span of %i ms is "%s"', (ms, expected) => {
  expect(formatSpan(ms)).toBe(expected);
});

test.each([
  [140, '0.14 s'],
  [994, '0.99 s'],
  [999, '1.0 s'],
  [3240, '3.2 s'],
  [9960, '10 s'],
  [75_000, '75 s'],
])('what took %i ms took "%s"', (ms, expected) => {
  expect(formatTook(ms)).toBe(expected);
});

test('a failure is a block that begins with its subject', () => {
  const lines = failureText(
    failure({ message: 'It broke.\nTwice.', at: { file: 'a.yaml', line: 3, column: 5 } }),
  );
  expect(lines).toEqual(['shop/web  It broke.', '  Twice.', '  at a.yaml:3:5']);
});

test('of a long output the last lines are shown', () => {
  const output = Array.from({ length: 100 }, (_, index) => `line ${index}`).join('\n');
  const lines = failureText(failure({ output }));
  expect(lines).toHaveLength(16);
  expect(lines.at(-1)).toBe('  | line 99');
});
