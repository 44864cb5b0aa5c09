/** What ends a command in a shell. */
const OPERATORS = new Set(['&&', '||', ';', '|', '&', '\n']);

/** `2>&1` and `&>log` are redirections, and end nothing. */
const TOKEN =
  /\s*(?:(\n|&&|\|\||[;|]|&(?!>))|((?:[<>]&|&>|\\[\s\S]|"(?:\\[\s\S]|[^"\\])*"|'[^']*'|[^\s"'\\;|&]|["'\\])+))/y;

/**
 * Splits text at blanks as a shell does: quotes and backslashes are taken away, nothing is expanded. Operators such as
 * `&&` are words of their own. A quote that is never closed stands for itself. Pure.
 */
export function shellWords(text: string): readonly string[] {
  return tokens(text).map(({ word }) => word);
}

/** The single commands of a shell line: `a b && c` is two. Empty ones are left out. Pure. */
export function shellCommands(text: string): readonly (readonly string[])[] {
  const commands: string[][] = [[]];
  for (const { word, isOperator } of tokens(text)) {
    if (isOperator) commands.push([]);
    else commands.at(-1)?.push(word);
  }
  return commands.filter((words) => words.length > 0);
}

function tokens(text: string): { word: string; isOperator: boolean }[] {
  const found: { word: string; isOperator: boolean }[] = [];
  const pattern = new RegExp(TOKEN);
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const [, operator, word = ''] = match;
    const isOperator = operator !== undefined && OPERATORS.has(operator);
    found.push({ word: isOperator ? operator : unquote(word), isOperator });
  }
  return found;
}

function unquote(word: string): string {
  return word.replace(
    /'([^']*)'|"((?:\\[\s\S]|[^"\\])*)"|\\([\s\S])/g,
    (_, single?: string, double?: string, escaped?: string) =>
      single ?? double?.replace(/\\(["\\$`\n])/g, '$1') ?? escaped ?? '',
  );
}
