/**
 * The words of a command line as a shell takes them apart, the last one being the one that is typed: empty after a space.
 * Quotes and backslashes are taken away; nothing is expanded, and nothing run. Pure.
 */
export function splitLine(line: string): readonly string[] {
  const words = [...line.matchAll(WORD)];
  const last = words.at(-1);
  const isTyped = last !== undefined && last.index + last[0].length === line.length;
  return [...words.map(([word]) => unquoted(word)), ...(isTyped ? [] : [''])];
}

/** A quote that is not closed yet goes to the end. */
const WORD = /(?:\\[\s\S]|"(?:\\[\s\S]|[^"\\])*"?|'[^']*'?|[^\s"'\\]|\\$)+/g;
const QUOTED = /\\([\s\S])|"((?:\\[\s\S]|[^"\\])*)"?|'([^']*)'?|\\$/g;

function unquoted(word: string): string {
  return word.replace(QUOTED, (_all, escaped?: string, double?: string, single?: string) => {
    return escaped ?? double?.replace(/\\([\s\S])/g, '$1') ?? single ?? '';
  });
}
