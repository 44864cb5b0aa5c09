import type { Argument, Command, Option } from 'commander';

/** Where on a command line the word that is typed stands. */
export interface Place {
  readonly command: Command;
  /** operands before it */
  readonly operands: readonly string[];
  /** values of options before it, by their attribute names; flags without one have an empty list */
  readonly given: Readonly<Record<string, readonly string[]>>;
  /** the option whose value it is */
  readonly option?: Option;
  /** what stands before the value in the same word: `--file=` */
  readonly prefix: string;
  /** what is typed of it */
  readonly word: string;
  /** an option may stand there: no `--` before it, and no command for somebody else */
  readonly takesOptions: boolean;
}

/** Follows the words through the commands as commander would. Pure. @param words the last is the one that is typed */
export function walkLine(program: Command, words: readonly string[]): Place {
  const typed = words.at(-1) ?? '';
  const start: Walk = { command: program, operands: [], given: {}, isOver: false };
  const { pending, isOver, ...place } = words.slice(0, -1).reduce(step, start);
  if (pending) return { ...place, takesOptions: false, option: pending, prefix: '', word: typed };
  const inline = isOver ? undefined : /^(--[\w-]+=)(.*)$/s.exec(typed);
  const option = inline ? readOption(place.command, typed).option : undefined;
  if (!inline || !option || !takesValue(option)) {
    return { ...place, takesOptions: !isOver, prefix: '', word: typed };
  }
  const [, prefix = '', word = ''] = inline;
  return { ...place, takesOptions: false, option, prefix, word };
}

interface Walk extends Pick<Place, 'command' | 'operands' | 'given'> {
  /** no more options of ours */
  readonly isOver: boolean;
  /** an option that waits for its value */
  readonly pending?: Option;
}

function step({ pending, ...walk }: Walk, word: string): Walk {
  if (pending) return { ...walk, given: withValue(walk.given, pending, word) };
  if (walk.isOver) return { ...walk, operands: [...walk.operands, word] };
  if (word === '--') return { ...walk, isOver: true };
  return /^-./.test(word) ? withOption(walk, word) : withOperand(walk, word);
}

function withOption(walk: Walk, word: string): Walk {
  const { option, value } = readOption(walk.command, word);
  if (!option) return walk;
  if (takesValue(option) && value === undefined) return { ...walk, pending: option };
  return { ...walk, given: withValue(walk.given, option, value) };
}

function withValue(given: Place['given'], option: Option, value: string | undefined): Place['given'] {
  const name = option.attributeName();
  const before = given[name] ?? [];
  return { ...given, [name]: value === undefined ? before : [...before, value] };
}

function withOperand(walk: Walk, word: string): Walk {
  const inner = walk.operands.length === 0 ? findCommand(walk.command, word) : undefined;
  if (inner) return { ...walk, command: inner };
  const operands = [...walk.operands, word];
  // `exec web -c main -- sh`: after the name options are still ours, after the program no more.
  return { ...walk, operands, isOver: passesOn(walk.command) && operands.length > 1 };
}

/** The argument that the word is. Pure. */
export function argumentAt({ command, operands }: Place): Argument | undefined {
  const { registeredArguments } = command;
  const last = registeredArguments.at(-1);
  return registeredArguments[operands.length] ?? (last?.variadic ? last : undefined);
}

const takesValue = (option: Option): boolean => option.required || option.optional;

function findCommand(command: Command, word: string): Command | undefined {
  return command.commands.find((inner) => inner.name() === word || inner.aliases().includes(word));
}

/** Whether what follows the first operand is a command line of its own: `exec web ls -l`. */
function passesOn(command: Command): boolean {
  return (command as unknown as { _passThroughOptions?: boolean })._passThroughOptions === true;
}

/** `--file=x`, `-fx`, `-f` */
function readOption(command: Command, word: string): { option?: Option; value?: string } {
  const [, long, inline] = /^(--[\w-]+)(?:=(.*))?$/s.exec(word) ?? [];
  const name = long ?? word.slice(0, 2);
  const option = command.options.find((known) => known.long === name || known.short === name);
  if (!option) return {};
  const value = long === undefined ? (word.length > 2 ? word.slice(2) : undefined) : inline;
  return { option, ...(value !== undefined && takesValue(option) ? { value } : {}) };
}
