import { RockpoolError } from '../session/failure.ts';

export interface AnswerWords {
  readonly operands: readonly string[];
  /** value by name, without dashes; of a repeated one the last */
  readonly flags: ReadonlyMap<string, string>;
}

/**
 * Tells the flags for a template's answers from the other words. Which there are is not known yet, but each takes a value:
 * `--port 9000` or `--port=9000`. Throws a RockpoolError of exit code 2 when a value is missing. Pure.
 */
export function splitAnswerWords(words: readonly string[]): AnswerWords {
  const operands: string[] = [];
  const flags = new Map<string, string>();
  for (let index = 0; index < words.length; index++) {
    const word = words[index] as string;
    if (!word.startsWith('-') || word === '-') {
      operands.push(word);
      continue;
    }
    const [, name, value] = /^--([^=]+)(?:=([\s\S]*))?$/.exec(word) ?? [];
    if (name === undefined) throw usage(`rockpool new knows no option ${word}.`);
    if (value === undefined) index += 1;
    flags.set(name, value ?? valueAt(words, index, word));
  }
  return { operands, flags };
}

function valueAt(words: readonly string[], index: number, flag: string): string {
  const value = words[index];
  if (value !== undefined && !value.startsWith('--')) return value;
  throw usage(`${flag} needs a value.`);
}

function usage(message: string): RockpoolError {
  const hint = 'rockpool new TEMPLATE --help tells the flags of a template.';
  return new RockpoolError({ code: 'USAGE', subject: 'new', message, hint }, { exitCode: 2 });
}
