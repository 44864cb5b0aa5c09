import type { BuildVertex } from './build-log.ts';
import type { BuiltStage } from './build-stage.ts';
import { configure, pairs } from './configure.ts';
import { copyLayer, foldersLayer, runLayer } from './make-layer.ts';
import type { DockerInstruction, DockerStage } from './read-dockerfile.ts';
import type { StageScope } from './solve.ts';
import { expandWord, parseExecForm, splitWords } from './words.ts';

/** Where an instruction stands, and who is told of it. */
export interface StepPlace {
  readonly stage: DockerStage;
  readonly scope: StageScope;
  readonly vertex: BuildVertex | undefined;
  readonly signal: AbortSignal;
}

/** What a stage is after one more instruction. Rejects as `solve` does. */
export async function applyInstruction(
  instruction: DockerInstruction,
  state: BuiltStage,
  place: StepPlace,
): Promise<BuiltStage> {
  if (instruction.keyword === 'ARG') return { ...state, args: declare(instruction, state, place.scope) };
  const variables = variablesOf(state);
  const config = configure(state.config, instruction, variables);
  switch (instruction.keyword) {
    case 'WORKDIR':
      return { ...state, config, layer: await foldersLayer([config.workingDir], state, place) };
    case 'VOLUME': {
      const paths = parseExecForm(instruction.rest) ?? splitWords(instruction.rest);
      const folders = paths.map((path) => expandWord(path, variables));
      return { ...state, config, layer: await foldersLayer(folders, state, place) };
    }
    case 'COPY':
    case 'ADD':
      return { ...state, layer: await copyLayer(instruction, state, variables, place) };
    case 'RUN':
      return { ...state, layer: await runLayer(instruction, state, variables, place) };
    default:
      return { ...state, config };
  }
}

/** Variables of a stage: an ENV hides an ARG of its name. */
function variablesOf({ args, config }: BuiltStage): ReadonlyMap<string, string> {
  const env = config.env.map((entry): [string, string] => {
    const at = entry.indexOf('=');
    return [entry.slice(0, at), entry.slice(at + 1)];
  });
  return new Map([...args, ...env]);
}

/** `ARG A B=1`: what the build gives, else the default, else the global argument of that name. */
function declare(
  { rest }: DockerInstruction,
  state: BuiltStage,
  { request, globals }: StageScope,
): ReadonlyMap<string, string> {
  const args = new Map(state.args);
  for (const word of splitWords(rest)) {
    const [[name, fallback] = ['', '']] = word.includes('=')
      ? pairs(word, variablesOf({ ...state, args }))
      : [[word, globals.get(word)]];
    const value = request.args[name] ?? fallback;
    if (value !== undefined) args.set(name, value);
  }
  return args;
}
