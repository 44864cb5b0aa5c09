import { StartError } from './runtime.ts';

/**
 * A command that asks process 1 to do something, asking the container's first process instead: here 1 is the machine's
 * own. Throws a StartError for what would choose among all processes of the machine. Only words of the command are seen,
 * not what a program does by itself. Pure.
 * @param first the container's first process, as a word of the command
 */
export function mapSignals(words: readonly string[], first: string): readonly string[] {
  const program = words[0]?.split('/').at(-1) ?? '';
  if (BY_NAME.test(program)) throw refusal(program);
  if (program === 'kill') return words.map((word, index) => (index > 0 && word === '1' ? first : word));
  return words.map((word, index) => (isScript(words, index) ? mapScript(word, first) : word));
}

const BY_NAME = /^(pkill|killall|skill)$/;
/** Where a command can stand in a script. */
const COMMAND = String.raw`((?:^|[\s;&|({'"]))`;
const BY_NAME_IN_SCRIPT = new RegExp(`${COMMAND}(pkill|killall|skill)(?=\\s)`);
const KILL_FIRST = new RegExp(
  `${COMMAND}(kill(?:\\s+-\\S+(?:\\s+(?!1\\b)[A-Z]+)?)*\\s+)1(?=$|[\\s;&|)'"])`,
  'g',
);

const isScript = (words: readonly string[], index: number): boolean =>
  index > 0 && /^-[a-z]*c$/.test(words[index - 1] ?? '');

function mapScript(script: string, first: string): string {
  const byName = BY_NAME_IN_SCRIPT.exec(script)?.[2];
  if (byName !== undefined) throw refusal(byName);
  return script.replace(KILL_FIRST, (_, before: string, kill: string) => `${before}${kill}${first}`);
}

const refusal = (program: string): StartError =>
  new StartError(
    `the sandbox does not run ${program}: it would find processes of the whole machine. To signal the container's first process, use kill and 1`,
  );
