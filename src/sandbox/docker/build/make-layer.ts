import { createHash } from 'node:crypto';
import { lstat, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { insideImage } from '../files/inside.ts';
import type { Layer } from '../files/layer-store.ts';
import { readMounts } from '../run/run-mounts.ts';
import { runStep } from '../run/run-step.ts';
import type { StepPlace } from './apply-instruction.ts';
import type { BuiltStage } from './build-stage.ts';
import { copyStep, readCopy } from './copy-step.ts';
import type { DockerInstruction } from './read-dockerfile.ts';
import type { StageScope } from './solve.ts';
import { SolveError } from './solve-error.ts';

/** Part of every layer's key: raised when the same instruction would make something else. */
const RULES = 1;

/** The layer with these folders. */
export async function foldersLayer(
  paths: readonly string[],
  state: BuiltStage,
  place: StepPlace,
): Promise<Layer> {
  const missing: string[] = [];
  for (const path of paths) {
    const there = await lstat(join(state.layer.folder, path)).catch(() => undefined);
    if (!there) missing.push(path);
  }
  if (missing.length === 0) return state.layer;
  return layerOf(['FOLDERS', ...missing], state, place, 'link', async (folder) => {
    for (const path of missing) await mkdir(await insideImage(folder, path), { recursive: true });
    return 0;
  });
}

/** The layer with what a COPY or ADD copies. */
export async function copyLayer(
  instruction: DockerInstruction,
  state: BuiltStage,
  variables: ReadonlyMap<string, string>,
  place: StepPlace,
): Promise<Layer> {
  const { scope, stage, signal } = place;
  const from = instruction.flags.find(({ name }) => name === 'from')?.value;
  const source = from === undefined ? undefined : await scope.base(from, stage.index, instruction.line);
  const root = source?.layer.folder ?? scope.request.context.folder;
  const { workingDir } = state.config;
  const step = await readCopy(instruction, root, workingDir, variables).catch((error: unknown) => {
    throw error instanceof SolveError && /^failed to calculate/.test(error.message)
      ? new SolveError(`failed to compute cache key: ${error.message}`)
      : error;
  });
  const paths = step.sources.map(({ path }) => path);
  const content = source ? source.layer.key : contextHash(scope, paths);
  const key = [step.unpacks, step.to, step.mode, step.texts, paths, content];
  return layerOf(key, state, place, 'link', (folder) => copyStep(step, folder, signal));
}

/** The layer that a RUN leaves. */
export async function runLayer(
  instruction: DockerInstruction,
  state: BuiltStage,
  env: ReadonlyMap<string, string>,
  place: StepPlace,
): Promise<Layer> {
  const { scope, stage, vertex, signal } = place;
  const { layers, programs, env: machine, dir } = scope.place;
  const mounts = readMounts(instruction, state.config.workingDir);
  const files = async (from: string) =>
    from === ''
      ? scope.request.context.folder
      : (await scope.base(from, stage.index, instruction.line)).layer.folder;
  const bound = mounts.filter(({ type }) => type === 'bind');
  const content = await Promise.all(
    bound.map(({ from, source }) => (from === '' ? contextHash(scope, [join('/', source)]) : files(from))),
  );
  const { workingDir, shell } = state.config;
  const key = [instruction.text, instruction.heredocs, [...env], workingDir, shell, content];
  return layerOf(key, state, place, 'copy', async (root) => {
    const caches = join(dir, 'caches');
    const folders = { root, programs, caches, goCache: await layers.cache('rockpool/go-build') };
    const onWarning = (text: string) => vertex?.warn(text, instruction.line);
    const onOutput = (stream: 'stdout' | 'stderr', text: string) => vertex?.output(stream, text);
    const sources = { cache: layers.cache, scratch: layers.scratch, files };
    const step = { instruction, config: state.config, env, mounts };
    await runStep(step, { folders, sources, machine, onOutput, onWarning }, signal);
    return 0;
  });
}

/** Of all that these paths of the context hold. */
function contextHash({ request }: StageScope, paths: readonly string[]): string {
  const hash = createHash('sha256');
  const wanted = paths.map((path) => path.replace(/^\//, ''));
  for (const [path, content] of [...request.context.hashes].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const isIn = wanted.some((one) => one === '' || path === one || path.startsWith(`${one}/`));
    if (isIn) hash.update(`${path}\0${content}\0`);
  }
  return hash.digest('hex');
}

async function layerOf(
  inputs: readonly unknown[],
  { layer: parent }: BuiltStage,
  { scope, vertex, signal }: StepPlace,
  how: 'link' | 'copy',
  work: (folder: string) => Promise<number>,
): Promise<Layer> {
  const { layers } = scope.place;
  const text = JSON.stringify([RULES, parent.key, ...inputs]);
  const key = createHash('sha256').update(text).digest('hex');
  const found = await layers.find(key);
  if (found) return found;
  vertex?.begin();
  return layers.make(key, parent, how, work, signal);
}
