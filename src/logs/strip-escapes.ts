/**
 * A log line that a terminal can show without harm: colours and styles (SGR) stay and end with the line, every other
 * escape goes: cursor movement, titles, links and the clipboard (OSC), device strings, control characters but the tab,
 * and the marks that turn the direction of text. Of text that overwrote itself (CR) what it ended as stays. Pure.
 */
export function stripEscapes(line: string): string {
  if (!suspect.test(line)) return line;
  const shown = line.includes('\r') ? lastWritten(line) : line;
  let open = false;
  const text = shown.replace(escapes, (found: string, parameters: string | undefined) => {
    if (parameters === undefined) return '';
    open = !/^[0:;]*$/.test(parameters);
    return found;
  });
  return open ? `${text}\x1b[0m` : text;
}

/** Without colours too. Pure. */
export function stripAllEscapes(line: string): string {
  const text = stripEscapes(line);
  return text.includes('\x1b') ? text.replace(/\x1b\[[\d;:]*m/g, '') : text;
}

const suspect = /[\x00-\x08\x0a-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;

/**
 * ECMA-48: SGR alone is captured. A string (OSC, DCS, SOS, PM, APC) reaches to its end, or else to the end of the line,
 * since a terminal would go on waiting for it. An escape that is cut off goes as far as it came.
 */
const escapes = new RegExp(
  [
    '\\x1b\\[([\\d;:]*)m',
    '(?:\\x1b\\[|\\x9b)[\\x30-\\x3f]*[\\x20-\\x2f]*[\\x40-\\x7e]?',
    '(?:\\x1b\\]|\\x9d)[^\\x07\\x1b\\x9c]*(?:\\x07|\\x1b\\\\|\\x9c|(?=\\x1b)|$)',
    '(?:\\x1b[PX^_]|[\\x90\\x98\\x9e\\x9f])[^\\x1b\\x9c]*(?:\\x1b\\\\|\\x9c|(?=\\x1b)|$)',
    '\\x1b[\\x20-\\x2f]*[\\x30-\\x7e]?',
    '[\\x00-\\x08\\x0a-\\x1f\\x7f-\\x9f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069]',
  ].join('|'),
  'g',
);

/** A progress bar writes over itself: its last state is what would be seen. */
function lastWritten(line: string): string {
  return line.split('\r').findLast((part) => part !== '') ?? '';
}
