import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stripAllEscapes, stripEscapes } from '../../../src/logs/strip-escapes.ts';

const pieces = fc.constantFrom(
  ...[
    '\x1b',
    '[',
    ']',
    '8;;http://x',
    '52;c;Zm9v',
    '\x07',
    '\x1b\\',
    '\x9b',
    '\x9d',
    '\x90',
    '\x9c',
    'P',
    'm',
    '31',
    ';',
  ],
  ...[
    '2J',
    '0',
    'H',
    '?25l',
    ' ',
    '\r',
    '\b',
    '\t',
    '\u202e',
    '\u2066',
    '\u200f',
    'é',
    '\ud83d\ude00',
    'q',
    '\x00',
    '\x7f',
  ],
);

describe('strip escapes', () => {
  it('lets nothing through but colours', () => {
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 30 }), (parts) => {
        const rest = stripEscapes(parts.join('')).replace(/\x1b\[[\d;:]*m/g, '');
        expect(rest).not.toMatch(/[\x00-\x08\x0a-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/);
        expect(stripAllEscapes(parts.join(''))).toBe(rest);
      }),
      { numRuns: 5000 },
    );
  });

  it.each([
    ['text', 'plain é 😀\t.', 'plain é 😀\t.'],
    ['colours, which end with the line', '\x1b[1;31mred', '\x1b[1;31mred\x1b[0m'],
    ['colours that were ended', '\x1b[31mred\x1b[0m on', '\x1b[31mred\x1b[0m on'],
    ['colours of 24 bits', '\x1b[38:2::1:2:3mx\x1b[m', '\x1b[38:2::1:2:3mx\x1b[m'],
  ])('keeps %s', (_, text, expected) => expect(stripEscapes(text)).toBe(expected));

  it.each([
    ['clearing the screen', 'a\x1b[2Jb', 'ab'],
    ['moving the cursor', 'a\x1b[10;20Hb', 'ab'],
    ['private modes', 'a\x1b[?1049hb', 'ab'],
    ['key reports that look like colours', 'a\x1b[>4;2mb', 'ab'],
    ['a title', 'a\x1b]0;evil\x07b', 'ab'],
    ['a link', '\x1b]8;;http://x\x1b\\click\x1b]8;;\x1b\\', 'click'],
    ['the clipboard', 'a\x1b]52;c;Zm9v\x07b', 'ab'],
    ['a string that does not end', 'a\x1b]0;evil', 'a'],
    ['device strings', 'a\x1bPq#0\x1b\\b', 'ab'],
    ['8-bit escapes', 'a\x9b2Jb\x9d0;t\x9cc', 'abc'],
    ['a reset', 'a\x1bcb', 'ab'],
    ['character sets', 'a\x1b(0b', 'ab'],
    ['bells and backspaces', 'a\x07\bb', 'ab'],
    ['directions', 'a\u202eb\u2066c', 'abc'],
    ['what was overwritten', '10 %\r50 %\r100 %', '100 %'],
    ['a CR at the end', 'done\r', 'done'],
    ['an escape that is cut off', 'a\x1b[3', 'a'],
  ])('takes out %s', (_, text, expected) => expect(stripEscapes(text)).toBe(expected));
});
