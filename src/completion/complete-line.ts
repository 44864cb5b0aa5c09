import type { Command, Option } from 'commander';
import { argumentKind, optionKind, type ValueKind } from './value-kind.ts';
import { argumentAt, type Place, walkLine } from './walk-line.ts';

export interface Candidate {
  readonly value: string;
  readonly about?: string;
}

/** What the command line said before, as far as it tells which project and cluster are meant. */
export interface Asked {
  readonly file?: string;
  readonly kubeconfig?: string;
  /** the workload whose container is named */
  readonly workload?: string;
  /** the template whose flags are asked for */
  readonly template?: string;
}

/** Gives the names of a kind there are. May reject: then there are none. */
export type NameSource = (kind: ValueKind, asked: Asked) => Promise<readonly Candidate[]>;

export interface Completion {
  readonly candidates: readonly Candidate[];
  /** the shell itself offers these beside them */
  readonly also?: 'files' | 'folders';
}

/** What may stand where the last word is typed: commands, options, choices, and names from the source. */
export async function completeLine(
  program: Command,
  words: readonly string[],
  source: NameSource,
): Promise<Completion> {
  const place = walkLine(program, words);
  const { option, prefix, word, takesOptions } = place;
  const found = await candidatesAt(place, source);
  const isFlag = option === undefined && takesOptions && word.startsWith('-');
  const all = isFlag
    ? [...optionsOf(place), ...(await templateFlags(place, words, source))]
    : found.candidates;
  const candidates = [...new Map(all.toReversed().map((candidate) => [candidate.value, candidate])).values()]
    .toReversed()
    .filter(({ value }) => value.startsWith(word))
    .map((candidate) => ({ ...candidate, value: prefix + candidate.value }));
  return isFlag || found.also === undefined ? { candidates } : { candidates, also: found.also };
}

/** `rockpool new` takes a flag for each answer of the template that is named. */
async function templateFlags(
  { command, operands: [template] }: Place,
  words: readonly string[],
  source: NameSource,
): Promise<readonly Candidate[]> {
  if (command.name() !== 'new' || template === undefined) return [];
  const flags = await source('template flag', { template }).catch(() => []);
  return flags.filter(({ value }) => !words.slice(0, -1).includes(value));
}

async function candidatesAt(place: Place, source: NameSource): Promise<Completion> {
  const { command, operands, option } = place;
  if (option) {
    const choices = option.argChoices?.map((value) => ({ value }));
    return choices ? { candidates: choices } : named(optionKind(option.name(), option.flags), place, source);
  }
  if (command.commands.length > 0) {
    const isOpen = operands.length === 0 || (operands.length === 1 && operands[0] === 'help');
    return { candidates: isOpen ? commandsOf(command) : [] };
  }
  const argument = argumentAt(place);
  if (!argument) return { candidates: [] };
  const choices = argument.argChoices?.map((value) => ({ value }));
  const { candidates, also } = choices
    ? { candidates: choices }
    : await named(argumentKind(command.name(), argument.name()), place, source);
  const fresh = candidates.filter(({ value }) => !operands.includes(value));
  return also === undefined ? { candidates: fresh } : { candidates: fresh, also };
}

async function named(
  kind: ValueKind | undefined,
  { given, operands, word }: Place,
  source: NameSource,
): Promise<Completion> {
  if (kind === undefined) return { candidates: [] };
  if (kind === 'file') return { candidates: [], also: 'files' };
  if (kind === 'folder') return { candidates: [], also: 'folders' };
  const [file, kubeconfig, workload] = [given['file']?.at(-1), given['kubeconfig']?.at(-1), operands[0]];
  const asked: Asked = {
    ...(file === undefined ? {} : { file }),
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
    ...(workload === undefined ? {} : { workload }),
  };
  const candidates = await source(kind, asked).catch(() => []);
  // A folder is a template only by a path: until one is begun, those that are one are among the names.
  const isPath = kind === 'template or folder' && /^[.~]|\//.test(word);
  return isPath ? { candidates, also: 'folders' } : { candidates };
}

function commandsOf(command: Command): readonly Candidate[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .map((inner) => ({ value: inner.name(), about: inner.description() }));
}

/** Those that stand there already are left out, unless they may be given several times. */
function optionsOf({ command, given }: Place): readonly Candidate[] {
  const isOpen = (option: Option) =>
    given[option.attributeName()] === undefined || Array.isArray(option.defaultValue);
  return command
    .createHelp()
    .visibleOptions(command)
    .filter(isOpen)
    .flatMap((option) => {
      const flag = option.long ?? option.short;
      return flag === undefined ? [] : [{ value: flag, about: option.description }];
    });
}
