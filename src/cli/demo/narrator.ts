/** Tells what happens in a demo, for people who have not seen it before. */
export interface Narrator {
  /** a step begins */
  step(number: number, text: string): void;
  /** what came of it */
  result(text: string): void;
}

export interface NarratorOptions {
  say(lines: readonly string[]): void;
  /** characters of a line on the screen; absent: the lines are printed, and may be as long as they like */
  readonly width?: number | undefined;
}

const STEPS = 4;
const INDENT = '        ';

/** A narrator whose lines fit and stand out on a screen. */
export function createNarrator({ say, width }: NarratorOptions): Narrator {
  const tell = (first: string, text: string): void => {
    const words = first + text.replaceAll(/(?<=\S)\s+/g, ' ');
    say(width === undefined ? [words] : wrapWords(words, width).map((line) => `\x1b[1m${line}\x1b[22m`));
  };
  return {
    step: (number, text) => tell(`${number} of ${STEPS}  `, text),
    result: (text) => tell(INDENT, text),
  };
}

/** Lines of at most `width` characters, as far as words allow; all but the first are indented. Pure. */
export function wrapWords(text: string, width: number): readonly string[] {
  const [first = '', ...words] = text.split(/(?<=\S) (?=\S)/);
  const lines = [first];
  for (const word of words) {
    const longer = `${lines.at(-1)} ${word}`;
    if (longer.length > width) lines.push(INDENT + word);
    else lines[lines.length - 1] = longer;
  }
  return lines;
}
