import { posix } from 'node:path';
import { type Dockerfile, type Stage, stagesFor } from '../../build/dockerfile.ts';
import type { Instruction } from '../../build/dockerfile-instructions.ts';
import { expandVariables } from '../../build/expand-variables.ts';
import { baseImage } from './base-images.ts';
import { argumentText } from './instruction-text.ts';

/** An instruction with what holds when its turn comes. */
export interface Step {
  readonly instruction: Instruction;
  /** ENV and ARG, as the instruction's words see them */
  readonly variables: ReadonlyMap<string, string>;
  /** absolute; undefined: the base image's, which is not known */
  readonly workingDir: string | undefined;
  /** undefined: the base image's */
  readonly user: string | undefined;
}

/** A stage with all that it inherits from other stages of the file. */
export interface WalkedStage {
  /** oldest first; FROM lines are left out */
  readonly steps: readonly Step[];
  /** the image that the first of the stages is made from; variables replaced */
  readonly base: string;
  readonly env: ReadonlyMap<string, string>;
  readonly workingDir: string | undefined;
  readonly user: string | undefined;
}

/**
 * Goes through a stage (default: the last) and the stages it is made FROM as BuildKit does, keeping track of variables,
 * WORKDIR and USER. Undefined when there is no such stage. Pure.
 * @param args build arguments, which win over defaults in the file
 */
export function walkStage(
  dockerfile: Dockerfile,
  target: string | undefined,
  args: Readonly<Record<string, string>> = {},
): WalkedStage | undefined {
  const chain = chainOf(dockerfile, target);
  const [oldest] = chain;
  if (!oldest) return undefined;
  const base = oldest.base.ref;
  const known = baseImage(base);
  let state: State = { env: new Map(), args: new Map(), workingDir: known?.workingDir, user: known?.user };
  const steps: Step[] = [];
  for (const stage of chain) {
    state = { ...state, args: new Map() };
    for (const instruction of stage.instructions.slice(1)) {
      const variables = new Map([...state.args, ...state.env]);
      steps.push({ instruction, variables, workingDir: state.workingDir, user: state.user });
      state = advance(state, instruction, variables, { globals: dockerfile.variables, given: args });
    }
  }
  const { env, workingDir, user } = state;
  return { steps, base, env, workingDir, user };
}

interface State {
  readonly env: ReadonlyMap<string, string>;
  readonly args: ReadonlyMap<string, string>;
  readonly workingDir: string | undefined;
  readonly user: string | undefined;
}

interface Arguments {
  readonly globals: ReadonlyMap<string, string>;
  readonly given: Readonly<Record<string, string>>;
}

/** The stage and those it is FROM, the oldest first. */
function chainOf(dockerfile: Dockerfile, target: string | undefined): readonly Stage[] {
  const taken = stagesFor(dockerfile, target) ?? [];
  const chain: Stage[] = [];
  for (let stage = taken.at(-1); stage; stage = parentOf(stage, dockerfile)) chain.unshift(stage);
  return chain;
}

function parentOf(stage: Stage, { stages }: Dockerfile): Stage | undefined {
  const before = stages.slice(0, stages.indexOf(stage));
  const name = stage.base.ref.toLowerCase();
  return before.findLast((other) => other.name?.toLowerCase() === name) ?? before[numberOf(name)];
}

const numberOf = (name: string): number => (/^\d+$/.test(name) ? Number(name) : -1);

function advance(
  state: State,
  instruction: Instruction,
  variables: ReadonlyMap<string, string>,
  from: Arguments,
): State {
  switch (instruction.keyword) {
    case 'ENV':
      return { ...state, env: new Map([...state.env, ...readEnv(instruction, variables)]) };
    case 'ARG':
      return { ...state, args: new Map([...state.args, ...readArgs(instruction, variables, from)]) };
    case 'WORKDIR':
      return { ...state, workingDir: resolveIn(state.workingDir, wordOf(instruction, variables)) };
    case 'USER':
      return { ...state, user: wordOf(instruction, variables) };
    default:
      return state;
  }
}

/** A path in the container; undefined when it is relative to a folder that is not known. Pure. */
export function resolveIn(workingDir: string | undefined, path: string): string | undefined {
  if (posix.isAbsolute(path)) return posix.normalize(path).replace(/(.)\/$/, '$1');
  return workingDir === undefined ? undefined : posix.join(workingDir, path).replace(/(.)\/$/, '$1');
}

const wordOf = (instruction: Instruction, variables: ReadonlyMap<string, string>): string =>
  expandVariables(argumentText(instruction), variables).trim();

/** `A=1 B="x y"`, and the old `A all the rest`. */
function readEnv(instruction: Instruction, variables: ReadonlyMap<string, string>): [string, string][] {
  const [first] = instruction.words;
  if (first && !first.text.includes('=')) {
    const value = argumentText(instruction).slice(first.text.length).trim();
    return [[first.text, expandVariables(value, variables)]];
  }
  return instruction.words.flatMap(({ text }): [string, string][] => {
    const at = text.indexOf('=');
    return at < 1 ? [] : [[text.slice(0, at), expandVariables(text.slice(at + 1), variables)]];
  });
}

function readArgs(
  { words }: Instruction,
  variables: ReadonlyMap<string, string>,
  { globals, given }: Arguments,
): [string, string][] {
  return words.flatMap(({ text }): [string, string][] => {
    const [name = '', ...rest] = text.split('=');
    const own = rest.length > 0 ? expandVariables(rest.join('='), variables) : globals.get(name);
    const value = given[name] ?? own;
    return value === undefined ? [] : [[name, value]];
  });
}
