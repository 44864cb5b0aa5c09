import { expect, it } from 'vitest';
import { createNarrator, wrapWords } from '../../../src/cli/demo/narrator.ts';

it.each([
  ['short enough', '2 of 4  An edit.', 20, ['2 of 4  An edit.']],
  [
    'wrapped at words, the rest indented',
    '2 of 4  An edit of a file.',
    16,
    ['2 of 4  An edit', '        of a', '        file.'],
  ],
  [
    'a word that is too long keeps whole',
    'see /tmp/a/very/long/path now',
    10,
    ['see', '        /tmp/a/very/long/path', '        now'],
  ],
])('%s', (_name, text, width, lines) => {
  expect(wrapWords(text, width)).toEqual(lines);
});

it('stands out on a screen, and is one plain line elsewhere', () => {
  const said = (width?: number) => {
    const lines: string[] = [];
    const narrator = createNarrator({ say: (more) => lines.push(...more), width });
    narrator.step(1, 'It comes up now.');
    narrator.result('Live.');
    return lines;
  };
  expect(said()).toEqual(['1 of 4  It comes up now.', '        Live.']);
  expect(said(19)).toEqual(
    ['1 of 4  It comes up', '        now.', '        Live.'].map((line) => `\x1b[1m${line}\x1b[22m`),
  );
});
