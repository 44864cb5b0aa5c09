import sliceAnsi from 'slice-ansi';
import stringWidth from 'string-width';

/**
 * The text in exactly `width` terminal cells: cut with an ellipsis or filled with spaces. Colours in it are kept and
 * closed. The text must be one line without tabs or control characters. Pure.
 */
export function fitWidth(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const short = cut(text, width);
  const padding = ' '.repeat(Math.max(0, width - stringWidth(short)));
  return align === 'left' ? short + padding : padding + short;
}

/** The text in at most `width` terminal cells, cut with an ellipsis. Pure. */
export function cut(text: string, width: number): string {
  if (width <= 0) return '';
  if (stringWidth(text) <= width) return text;
  return `${sliceAnsi(text, 0, width - 1)}…`;
}

/** Plain text in lines of at most `width` cells, broken at spaces, or within a word that is wider. Pure. */
export function wrapWords(text: string, width: number): string[] {
  if (width <= 0) return [];
  return text.split('\n').flatMap((line) => wrapLine(line, width));
}

function wrapLine(line: string, width: number): string[] {
  const lines: string[] = [];
  let current = '';
  for (const word of line.split(' ').flatMap((part) => chunks(part, width))) {
    const longer = current === '' ? word : `${current} ${word}`;
    if (stringWidth(longer) <= width) current = longer;
    else {
      lines.push(current);
      current = word;
    }
  }
  return [...lines, current];
}

function chunks(word: string, width: number): string[] {
  if (stringWidth(word) <= width) return [word];
  const result: string[] = [];
  let current = '';
  for (const { segment } of graphemes.segment(word)) {
    if (current !== '' && stringWidth(current + segment) > width) {
      result.push(current);
      current = '';
    }
    current += segment;
  }
  return [...result, current];
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
