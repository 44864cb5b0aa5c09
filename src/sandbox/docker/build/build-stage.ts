import { expandVariables } from '../../../build/expand-variables.ts';
import { canonicalName } from '../base/image-reference.ts';
import type { Layer } from '../files/layer-store.ts';
import { applyInstruction } from './apply-instruction.ts';
import type { BuildVertex } from './build-log.ts';
import type { StageConfig } from './configure.ts';
import type { DockerStage } from './read-dockerfile.ts';
import type { StageScope } from './solve.ts';
import { SolveError } from './solve-error.ts';

/** A stage, or an image that a stage begins with. */
export interface BuiltStage {
  readonly config: StageConfig;
  readonly layer: Layer;
  /** arguments that were declared in it */
  readonly args: ReadonlyMap<string, string>;
  /** an image, of the store or a public one: no stage of this Dockerfile, and not scratch */
  readonly isImage: boolean;
}

/** Instructions that BuildKit numbers, beside a FROM that names an image. */
const STEPS = ['RUN', 'COPY', 'ADD', 'WORKDIR'];

/** Builds a stage, and before it what it begins with. Rejects as `solve` does. */
export async function buildStage(
  stage: DockerStage,
  scope: StageScope,
  signal: AbortSignal,
): Promise<BuiltStage> {
  const ref = expandVariables(stage.base, scope.globals);
  if (ref === '') throw new SolveError(`base name (${stage.base}) should not be blank`);
  const base = await scope.base(ref, stage.index, stage.from.line);
  const steps = stage.instructions.filter(({ keyword }) => STEPS.includes(keyword));
  const named = base.isImage ? [stage.from, ...steps] : steps;
  const prefix = scope.stageName(stage);
  const name = (instruction: (typeof named)[number], text: string) => {
    const index = String(named.indexOf(instruction) + 1).padStart(String(named.length).length);
    return `[${prefix === '' ? '' : `${prefix} `}${index}/${named.length}] ${text}`;
  };
  if (base.isImage) await scope.log.step(name(stage.from, `FROM ${canonicalName(ref)}`), async () => {});
  let state: BuiltStage = { ...base, isImage: false, config: { ...base.config, ownCmd: false } };
  for (const instruction of stage.instructions) {
    signal.throwIfAborted();
    const apply = (vertex?: BuildVertex) => {
      return applyInstruction(instruction, state, { stage, scope, vertex, signal });
    };
    const isStep = STEPS.includes(instruction.keyword);
    state = isStep ? await scope.log.step(name(instruction, instruction.text), apply) : await apply();
  }
  return state;
}
