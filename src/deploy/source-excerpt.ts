/**
 * The line in question between its neighbours, numbered, with a caret below the column. Lines and columns count
 * from 1. Pure.
 */
export function sourceExcerpt(source: string, line: number, column?: number): string {
  const lines = source.split(/\r?\n/);
  const first = Math.max(1, line - 2);
  const last = Math.min(lines.length, line + 1);
  const width = String(last).length;
  const shown: string[] = [];
  for (let number = first; number <= last; number++) {
    shown.push(
      `${String(number).padStart(width)} | ${(lines[number - 1] ?? '').replaceAll('\t', ' ')}`.trimEnd(),
    );
    if (number === line && column !== undefined)
      shown.push(`${' '.repeat(width)} | ${' '.repeat(column - 1)}^`);
  }
  return shown.join('\n');
}
