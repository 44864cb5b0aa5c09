/**
 * Where a rendered line comes from in its template: the one line that is the same but for its indentation, or, where
 * that was filled in, the one with a tag that has the same key. Undefined when none or several are. Pure.
 * @param column in the rendered line, from 1
 */
export function templatePlace(
  template: string,
  rendered: string,
  column: number | undefined,
): { readonly line: number; readonly column?: number } | undefined {
  const wanted = rendered.trim();
  if (wanted === '') return undefined;
  const lines = template.split('\n');
  const same = only(lines, (line) => line.trim() === wanted);
  if (same !== undefined) {
    const moved = indentOf(lines[same] ?? '') - indentOf(rendered);
    return { line: same + 1, ...(column === undefined ? {} : { column: Math.max(1, column + moved) }) };
  }
  const key = KEY.exec(wanted)?.[0];
  if (key === undefined) return undefined;
  const filled = only(lines, (line) => line.includes('{{') && KEY.exec(line.trim())?.[0] === key);
  return filled === undefined ? undefined : { line: filled + 1 };
}

/** `- name:`, `image:` */
const KEY = /^(- )?["']?[\w./-]+["']?:/;

/** The index of the one line for which something holds. */
function only(lines: readonly string[], holds: (line: string) => boolean): number | undefined {
  const found = lines.flatMap((line, index) => (holds(line) ? [index] : []));
  return found.length === 1 ? found[0] : undefined;
}

const indentOf = (line: string): number => line.length - line.trimStart().length;
