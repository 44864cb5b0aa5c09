import { imagesOf, parseDockerfile, stagesFor } from '../build/dockerfile.ts';
import { expandVariables } from '../build/expand-variables.ts';
import type { Language } from './dockerfile/base-images.ts';
import { type HealthCheck, healthCheck } from './dockerfile/health-check.ts';
import { argumentText, jsonWords } from './dockerfile/instruction-text.ts';
import { languageOf } from './dockerfile/language.ts';
import { listeningPorts } from './dockerfile/listening-ports.ts';
import { type OwnCommand, ownCommand } from './dockerfile/own-command.ts';
import { programsOf } from './dockerfile/programs.ts';
import { type WalkedStage, walkStage } from './dockerfile/walk-stage.ts';
import { NO_FILES, type ProjectFiles } from './project-files.ts';
import { workingFiles } from './sync-rules/working-files.ts';

/** What a Dockerfile tells about the program in it. */
export interface DockerfileFacts {
  readonly stages: readonly { readonly name?: string; readonly line: number }[];
  /** a stage that is made for working on the program (`dev`, `local`, `watch`…) and runs something */
  readonly devTarget?: string;
  /** TCP ports that the program listens on, as far as the file tells */
  readonly ports: readonly number[];
  /** what told the ports, in words: "EXPOSE (line 7)", "ENV PORT", "the default of uvicorn" */
  readonly portsFrom?: string;
  readonly env: Readonly<Record<string, string>>;
  /** absolute; absent when it is the base image's, which is not known */
  readonly workingDir?: string;
  /** absent: the base image's, mostly root */
  readonly user?: string;
  readonly command: OwnCommand;
  readonly health?: HealthCheck;
  readonly language?: Language;
  /** the image outside of this file that the stage is made from */
  readonly base: string;
}

export interface DockerfileQuery {
  /** name or number of the stage; default: the last */
  readonly target?: string;
  readonly args?: Readonly<Record<string, string>>;
  /** the build context, for scripts of package.json and the language */
  readonly files?: ProjectFiles;
}

/**
 * Reads what a Dockerfile tells about the program in its last stage or in `target`, what it inherits from other stages
 * included. Undefined when it has no such stage, or no stage at all. Pure; never throws.
 */
export function readDockerfileFacts(
  source: string,
  query: DockerfileQuery = {},
): DockerfileFacts | undefined {
  const { target, args = {}, files = NO_FILES } = query;
  const dockerfile = parseDockerfile(source, args, 'linux/amd64');
  const stage = walkStage(dockerfile, target, args);
  const taken = stagesFor(dockerfile, target);
  if (!stage || !taken) return undefined;
  const { stages } = dockerfile;
  const command = ownCommand(stage);
  const found = listeningPorts(stage, programsOf(command.words, workingFiles(stage, files)));
  const bases = imagesOf(dockerfile, taken).filter((use) => taken.some(({ base }) => base === use));
  const devTarget = stages.find(
    ({ name = '' }) => isDevName(name) && isRunnable(walkStage(dockerfile, name, args)),
  )?.name;
  return {
    stages: stages.map(({ name, line }) => ({ ...(name === undefined ? {} : { name }), line })),
    ...(devTarget === undefined ? {} : { devTarget }),
    ports: found?.ports ?? [],
    ...(found ? { portsFrom: found.from } : {}),
    env: Object.fromEntries(stage.env),
    ...(stage.workingDir === undefined ? {} : { workingDir: stage.workingDir }),
    ...(stage.user === undefined ? {} : { user: stage.user }),
    command,
    ...withHealth(stage),
    ...withLanguage(languageOf([...bases.map(({ ref }) => ref), stage.base], files.paths)),
    base: stage.base,
  };
}

/** `dev`, `web-dev`, `development`, but not `dev-deps`, which holds packages. */
function isDevName(name: string): boolean {
  return (
    /(^|[-_.])(dev|develop|development|local|watch|hot|live|hot-?reload|live-?reload)($|[-_.])/i.test(name) &&
    !/dep(endencie)?s|modules|build|base|prune|test/i.test(name)
  );
}

const isRunnable = (stage: WalkedStage | undefined): boolean =>
  stage !== undefined && ownCommand(stage).isSaid;

function withHealth({ steps, env }: WalkedStage): { health?: HealthCheck } {
  const last = steps.findLast(({ instruction }) => instruction.keyword === 'HEALTHCHECK');
  const [, text] = /^CMD\s+(.*)$/is.exec(last ? argumentText(last.instruction) : '') ?? [];
  if (text === undefined) return {};
  const words = jsonWords(text)?.map((word) => expandVariables(word, env));
  return { health: healthCheck(words ?? expandLine(text, env)) };
}

/** Quotes stay, unlike in other words of a Dockerfile; variables that nobody set are left to the shell. */
function expandLine(text: string, env: ReadonlyMap<string, string>): string {
  return text.replace(/\$(?:\w+|\{\w+(?::?-[^{}]*)?\})/g, (variable) => {
    const value = expandVariables(variable, env);
    return value === '' ? variable : value;
  });
}

const withLanguage = (language: Language | undefined) => (language === undefined ? {} : { language });
