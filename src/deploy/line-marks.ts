/** Private-use characters: no manifest has them, and Liquid passes them through. */
const OPEN = '\u{E000}';
const CLOSE = '\u{E001}';

/**
 * The template with the number of each line at its end, so that the rendered text tells where it came from. Lines
 * that end inside a tag, or whose end a tag trims away, get none. Undefined when the template has our marks already. Pure.
 */
export function markLines(source: string): string | undefined {
  if (source.includes(OPEN)) return undefined;
  const lines = source.split('\n');
  let inside: '}}' | '%}' | undefined;
  return lines
    .map((line, index) => {
      inside = tagOpenAtEnd(line, inside);
      const trims = /-[%}]\}\s*$/.test(line) || /^\s*\{[%{]-/.test(lines[index + 1] ?? '');
      return inside !== undefined || trims ? line : mark(line, index + 1);
    })
    .join('\n');
}

/** For each line of `rendered` the line it came from; undefined when the marks changed the outcome. Pure. */
export function readMarks(marked: string, rendered: string): readonly number[] | undefined {
  const pattern = new RegExp(`${OPEN}(\\d+)${CLOSE}`, 'gu');
  if (marked.replaceAll(pattern, '') !== rendered) return undefined;
  const origins: number[] = [];
  const lines = marked.split('\n');
  let next = 0;
  for (const line of lines.toReversed()) {
    const own = [...line.matchAll(pattern)].map(([, digits]) => Number(digits));
    next = own.at(-1) ?? next;
    origins.unshift(next);
  }
  return origins.map((origin) => (origin === 0 ? (origins.findLast((line) => line > 0) ?? 1) : origin));
}

/** Before a carriage return, which belongs to the line's end. */
function mark(line: string, number: number): string {
  const end = line.endsWith('\r') ? '\r' : '';
  return `${line.slice(0, line.length - end.length)}${OPEN}${number}${CLOSE}${end}`;
}

function tagOpenAtEnd(line: string, before: '}}' | '%}' | undefined): '}}' | '%}' | undefined {
  let open = before;
  for (let index = 0; index < line.length; index++) {
    const pair = line.slice(index, index + 2);
    if (open === undefined && (pair === '{{' || pair === '{%')) open = pair === '{{' ? '}}' : '%}';
    else if (pair === open) open = undefined;
    else continue;
    index++;
  }
  return open;
}
