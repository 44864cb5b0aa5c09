import { type Flag, type Instruction, splitInstructions, type Word } from './dockerfile-instructions.ts';
import { expandVariables } from './expand-variables.ts';

/** A place where a Dockerfile names an image or another stage. Offsets are into its text, for rewriting. */
export interface ImageUse extends Word {
  /** `text` with variables replaced */
  readonly ref: string;
  /** from 1 */
  readonly line: number;
}

export interface Stage {
  readonly name?: string;
  readonly line: number;
  readonly base: ImageUse;
  /** COPY --from and RUN --mount=from */
  readonly others: readonly ImageUse[];
  /** URLs of ADD: their content is not part of the tag */
  readonly remoteAdds: readonly { readonly url: string; readonly line: number }[];
  readonly instructions: readonly Instruction[];
}

interface Problem {
  readonly message: string;
  /** from 1; absent when it is about the whole file */
  readonly line?: number;
}

export interface Dockerfile {
  readonly stages: readonly Stage[];
  /** global arguments and those of the platform, as FROM sees them */
  readonly variables: ReadonlyMap<string, string>;
  readonly directives: readonly { readonly name: string; readonly value: string; readonly line: number }[];
  /** what cannot be right. BuildKit has the last word: a newer one may know instructions that this page does not. */
  readonly problems: readonly Problem[];
}

const KNOWN = new Set(
  'ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR'.split(
    ' ',
  ),
);

/**
 * Reads a Dockerfile: its stages and the images they name, with global arguments replaced by `args` or their
 * defaults. `platform` (`linux/amd64`) fills TARGETARCH and its like. Pure; never fails: see `problems`.
 */
export function parseDockerfile(
  source: string,
  args: Readonly<Record<string, string>>,
  platform: string,
): Dockerfile {
  const { directives, instructions } = splitInstructions(source);
  const firstFrom = instructions.findIndex(({ keyword }) => keyword === 'FROM');
  const globals = firstFrom < 0 ? instructions : instructions.slice(0, firstFrom);
  const variables = globalVariables(globals, args, platform);
  const stages = firstFrom < 0 ? [] : splitStages(instructions.slice(firstFrom), variables);
  return { stages, variables, directives, problems: findProblems(instructions, stages) };
}

/** The stages that building `target` (default: the last one) takes, in their order; undefined: there is no such stage. */
export function stagesFor({ stages }: Dockerfile, target: string | undefined): readonly Stage[] | undefined {
  const last = target === undefined ? stages.length - 1 : findStage(stages, target, stages.length);
  if (stages[last] === undefined) return undefined;
  const wanted = new Set([last]);
  for (let index = last; index >= 0; index--) {
    const stage = stages[index];
    if (!stage || !wanted.has(index)) continue;
    for (const use of [stage.base, ...stage.others]) wanted.add(findStage(stages, use.ref, index));
  }
  return stages.filter((_, index) => wanted.has(index));
}

/** The images that stages name: no other stages, no scratch, no named contexts. */
export function imagesOf(
  { stages }: Dockerfile,
  taken: readonly Stage[],
  contexts: Iterable<string> = [],
): readonly ImageUse[] {
  const named = new Set([...contexts].map((name) => name.toLowerCase()));
  return taken.flatMap((stage) => {
    const index = stages.indexOf(stage);
    return [stage.base, ...stage.others].filter(
      ({ ref }) =>
        ref !== '' && ref !== 'scratch' && !named.has(ref.toLowerCase()) && findStage(stages, ref, index) < 0,
    );
  });
}

/** Index of the stage that a reference means among those before `before`; -1 for none. Names are compared as BuildKit does. */
function findStage(stages: readonly Stage[], ref: string, before: number): number {
  const byName = stages
    .slice(0, before)
    .findLastIndex(({ name }) => name?.toLowerCase() === ref.toLowerCase());
  if (byName >= 0) return byName;
  return /^\d+$/.test(ref) && Number(ref) < before ? Number(ref) : -1;
}

function globalVariables(
  globals: readonly Instruction[],
  args: Readonly<Record<string, string>>,
  platform: string,
): ReadonlyMap<string, string> {
  const [os = '', arch = '', variant = ''] = platform.split('/');
  const variables = new Map<string, string>();
  for (const prefix of ['TARGET', 'BUILD']) {
    variables.set(`${prefix}PLATFORM`, platform).set(`${prefix}OS`, os);
    variables.set(`${prefix}ARCH`, arch).set(`${prefix}VARIANT`, variant);
  }
  for (const word of globals.filter(({ keyword }) => keyword === 'ARG').flatMap(({ words }) => words)) {
    const [name = '', ...rest] = word.text.split('=');
    const value = args[name] ?? (rest.length > 0 ? expandVariables(rest.join('='), variables) : undefined);
    if (value !== undefined) variables.set(name, value);
  }
  return variables;
}

function splitStages(instructions: readonly Instruction[], variables: ReadonlyMap<string, string>): Stage[] {
  const starts = instructions.flatMap(({ keyword }, index) => (keyword === 'FROM' ? [index] : []));
  return starts.map((start, index) => toStage(instructions.slice(start, starts[index + 1]), variables));
}

function toStage(instructions: readonly Instruction[], variables: ReadonlyMap<string, string>): Stage {
  const [from] = instructions;
  const [image = { text: '', start: 0, end: 0 }, as, name] = from?.words ?? [];
  const line = from?.line ?? 1;
  return {
    ...(as?.text.toUpperCase() === 'AS' && name ? { name: name.text } : {}),
    line,
    base: { ...image, ref: expandVariables(image.text, variables), line },
    others: instructions.flatMap(usesOf),
    remoteAdds: instructions.flatMap(remoteAddsOf),
    instructions,
  };
}

function usesOf({ keyword, flags, line }: Instruction): ImageUse[] {
  if (keyword === 'COPY') {
    return flags.filter(({ name }) => name === 'from').map((flag) => toUse(flag, line));
  }
  if (keyword !== 'RUN') return [];
  return flags.filter(({ name }) => name === 'mount').flatMap((flag) => mountUse(flag, line));
}

/** BuildKit replaces no variables in --from. */
function toUse({ text, start, end }: Word, line: number): ImageUse {
  return { text, start, end, ref: text, line };
}

/** `type=bind,from=image,target=/x` */
function mountUse(flag: Flag, line: number): ImageUse[] {
  const [, before = '', ref] = /^((?:.*,)?from=)([^,]+)/.exec(flag.text) ?? [];
  if (ref === undefined) return [];
  const start = flag.start + before.length;
  return [toUse({ text: ref, start, end: start + ref.length }, line)];
}

function remoteAddsOf({ keyword, words, line }: Instruction): { url: string; line: number }[] {
  if (keyword !== 'ADD') return [];
  const sources = words.slice(0, -1).map(({ text }) => text);
  return sources
    .filter((text) => /^(?:https?|ftp|ssh|git):\/\/|^git@/.test(text))
    .map((url) => ({ url, line }));
}

function findProblems(instructions: readonly Instruction[], stages: readonly Stage[]): Problem[] {
  const unknown = instructions
    .filter(({ keyword }) => !KNOWN.has(keyword))
    .map(({ keyword, line }) => ({ message: `unknown instruction ${keyword}`, line }));
  const early =
    stages.length === 0
      ? []
      : instructions.slice(
          0,
          instructions.findIndex(({ keyword }) => keyword === 'FROM'),
        );
  const misplaced = early
    .filter(({ keyword }) => KNOWN.has(keyword) && keyword !== 'ARG')
    .map(({ keyword, line }) => ({ message: `${keyword} stands before the first FROM`, line }));
  const noStage = stages.length === 0 ? [{ message: 'there is no FROM' }] : [];
  const noBase = stages
    .filter(({ base }) => base.ref === '')
    .map(({ line }) => ({ message: 'FROM names no image', line }));
  return [...unknown, ...misplaced, ...noStage, ...noBase];
}
