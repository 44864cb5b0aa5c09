/** The words of a kubectl command. */
export interface Arguments {
  readonly verb: string;
  readonly operands: readonly string[];
  /** by name without dashes; a flag without a value is `true` */
  readonly flags: Readonly<Record<string, string>>;
  /** what comes after `--` */
  readonly command: readonly string[];
}

/** Reads `-n VALUE`, `-o VALUE`, `-l VALUE`, `--flag`, `--flag=VALUE` and operands, wherever they stand. Pure. */
export function parseArguments(words: readonly string[]): Arguments {
  const dashes = words.indexOf('--');
  const before = dashes < 0 ? words : words.slice(0, dashes);
  const flags: Record<string, string> = {};
  const operands: string[] = [];
  for (let index = 0; index < before.length; index += 1) {
    const word = before[index] ?? '';
    const [, name, value] = /^--([^=]+)(?:=(.*))?$/.exec(word) ?? [];
    if (name !== undefined) flags[name] = value ?? 'true';
    else if (/^-[nol]$/.test(word)) flags[word.slice(1)] = before[++index] ?? '';
    else operands.push(word);
  }
  const [verb = '', ...rest] = operands;
  return { verb, operands: rest, flags, command: dashes < 0 ? [] : words.slice(dashes + 1) };
}
