/**
 * Text that others wrote (file names, values of a template) as it can be shown on a terminal: control characters, marks
 * that turn the direction of text, and other invisible ones are spelled out (`\u{1b}`). Pure.
 */
export function visibleText(text: string): string {
  return text.replace(INVISIBLE, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

/** Whether a terminal shows the text as it is, on one line. Pure. */
export function isVisible(text: string): boolean {
  return !text.match(INVISIBLE);
}

/** Unicode's control, format, private and lone surrogate characters, and the line and paragraph separators. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu;
