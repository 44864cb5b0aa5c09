import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StageConfig } from '../build/configure.ts';
import { mapPaths, mapValue, type PathPlaces } from '../build/map-paths.ts';
import type { DockerInstruction } from '../build/read-dockerfile.ts';
import { SolveError } from '../build/solve-error.ts';
import { parseExecForm } from '../build/words.ts';
import { insideImage } from '../files/inside.ts';
import { type RunFolders, runEnvironment } from './run-environment.ts';
import { type MountSources, placeMounts, type RunMount } from './run-mounts.ts';
import { runShell } from './run-shell.ts';
import { createStepOutput } from './step-output.ts';

export interface RunStep {
  readonly instruction: DockerInstruction;
  readonly config: StageConfig;
  /** of the image and its arguments */
  readonly env: ReadonlyMap<string, string>;
  readonly mounts: readonly RunMount[];
}

export interface RunPlace {
  readonly folders: RunFolders;
  readonly sources: MountSources;
  /** environment of this machine */
  readonly machine: Readonly<NodeJS.ProcessEnv>;
  onOutput(stream: 'stdout' | 'stderr', text: string): void;
  onWarning(text: string): void;
}

/**
 * Runs a RUN instruction in the folder of an image: without root and without chroot, absolute paths being rewritten.
 * Rejects with BuildKit's error when it ends with another code than 0.
 */
export async function runStep(step: RunStep, place: RunPlace, signal: AbortSignal): Promise<void> {
  const { root } = place.folders;
  const places = placesOf(root);
  for (const folder of ['root', 'tmp']) await mkdir(join(root, folder), { recursive: true });
  const takeOut = await placeMounts(root, step.mounts, place.sources, signal);
  const output = createStepOutput(root, place);
  try {
    const cwd = await insideImage(root, step.config.workingDir);
    await mkdir(cwd, { recursive: true });
    const env = runEnvironment(step.env, place.machine, place.folders, places);
    const command = await commandOf(step, places, place.sources);
    if (!canRun(step, places)) {
      place.onOutput('stderr', notStarted(shownCommand(step)[0] ?? ''));
      throw new SolveError(ended(step, 1));
    }
    const code = await runShell({ command, cwd, env, onOutput: output.take }, signal);
    output.end();
    if (code !== 0) throw new SolveError(ended(step, code));
  } finally {
    await takeOut();
  }
}

async function commandOf(
  { instruction, config }: RunStep,
  places: PathPlaces,
  sources: MountSources,
): Promise<readonly string[]> {
  const [program = '/bin/sh', ...flags] = config.shell.map((word) => inImage(word, places));
  const [heredoc] = instruction.heredocs;
  if (heredoc && /^<<-?\S+$/.test(instruction.rest)) {
    if (!heredoc.text.startsWith('#!')) return [program, ...flags, mapPaths(heredoc.text, places)];
    const file = join(await sources.scratch(), 'script');
    await writeFile(file, mapPaths(heredoc.text, places), { mode: 0o700 });
    return [file];
  }
  const list = parseExecForm(instruction.rest);
  if (list) return list.map((word) => inImage(word, places));
  const bodies = instruction.heredocs.map(({ name, text }) => `\n${text}${name}`);
  return [program, ...flags, mapPaths(instruction.rest, places) + bodies.join('')];
}

/** A word of a command that is no script: a program of this machine that the image does not have stays. */
function inImage(word: string, places: PathPlaces): string {
  return !places.has(word) && places.isProgram(word) ? word : mapValue(word, places);
}

/** An image without a shell has no programs of this machine either: it runs what it has itself. */
function canRun(step: RunStep, places: PathPlaces): boolean {
  return places.has('/bin/sh') || places.has(shownCommand(step)[0] ?? '');
}

function shownCommand({ instruction, config }: RunStep): readonly string[] {
  const [heredoc] = instruction.heredocs;
  return parseExecForm(instruction.rest) ?? [...config.shell, heredoc?.text ?? instruction.rest];
}

/** In runc's words. */
function notStarted(program: string): string {
  const why = `exec: "${program}": stat ${program}: no such file or directory`;
  return `runc run failed: unable to start container process: ${why}\n`;
}

/** In BuildKit's words. */
function ended(step: RunStep, code: number): string {
  const command = JSON.stringify(shownCommand(step).join(' '));
  return `process ${command} did not complete successfully: exit code: ${code}`;
}

function placesOf(folder: string): PathPlaces {
  return {
    folder,
    has: (path) => path.startsWith('/') && existsSync(join(folder, path)),
    isProgram: (path) => path.startsWith('/') && isExecutable(path),
  };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
