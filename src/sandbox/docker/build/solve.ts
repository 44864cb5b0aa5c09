import { createHash } from 'node:crypto';
import { parseDockerfile } from '../../../build/dockerfile.ts';
import type { ImageConfig, ImageStore } from '../../runtime/runtime.ts';
import { canonicalName } from '../base/image-reference.ts';
import type { MachineTools } from '../base/machine-tools.ts';
import type { LayerStore } from '../files/layer-store.ts';
import type { Unpacked } from '../files/unpack-archive.ts';
import type { BuildLog } from './build-log.ts';
import { type BuiltStage, buildStage } from './build-stage.ts';
import { loadBase } from './load-base.ts';
import { type DockerStage, readDockerfile } from './read-dockerfile.ts';
import { SolveError } from './solve-error.ts';

/** What a build is asked for. */
export interface SolveRequest {
  /** name:tag of the image */
  readonly refs: readonly string[];
  readonly dockerfile: string;
  readonly target?: string;
  readonly args: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  /** `linux/amd64` */
  readonly platform: string;
  /** the build context: its folder, and hashes of what is in it */
  readonly context: { readonly folder: string; readonly hashes: Unpacked };
}

/** What all builds share. */
export interface SolvePlace {
  readonly images: ImageStore;
  readonly layers: LayerStore;
  readonly tools: MachineTools;
  /** folder of the stand-ins */
  readonly programs: string;
  /** folder of the endpoint */
  readonly dir: string;
  /** environment of this machine */
  readonly env: Readonly<NodeJS.ProcessEnv>;
  /** ms since the epoch */
  now(): number;
}

/** What the stages of one build share. */
export interface StageScope {
  readonly request: SolveRequest;
  readonly place: SolvePlace;
  readonly log: BuildLog;
  /** global arguments and those of the platform */
  readonly globals: ReadonlyMap<string, string>;
  /** how the steps of a stage are called; empty: there is one stage only, without a name */
  stageName(stage: DockerStage): string;
  /** The stage or image of this name. `line` is where it is named. */
  base(ref: string, before: number, line: number): Promise<BuiltStage>;
}

/**
 * Builds an image and puts it into the store. Stages are built when something takes them, one after the other. Rejects
 * with a SolveError in BuildKit's words; an abort ends what runs and throws the signal's reason.
 */
export async function solve(
  request: SolveRequest,
  place: SolvePlace,
  log: BuildLog,
  signal: AbortSignal,
): Promise<ImageConfig> {
  const { stages } = readDockerfile(request.dockerfile);
  const target = findTarget(stages, request.target);
  const globals = parseDockerfile(request.dockerfile, request.args, request.platform).variables;
  const built = new Map<string, Promise<BuiltStage>>();
  const once = (key: string, work: () => Promise<BuiltStage>) => {
    const found = built.get(key) ?? work();
    built.set(key, found);
    return found;
  };
  const scope: StageScope = {
    ...{ request, place, log, globals },
    stageName: ({ name, index }) => name ?? (stages.length > 1 ? `stage-${index}` : ''),
    base(ref, before, line) {
      const stage = findStage(stages.slice(0, before), ref);
      if (stage) return once(`stage ${stage.index}`, () => buildStage(stage, scope, signal));
      return once(`image ${ref}`, () => loadBase(ref, line, scope, signal));
    },
  };
  const stage = await once(`stage ${target.index}`, () => buildStage(target, scope, signal));
  return exportImage(stage, request, place, log);
}

function findTarget(stages: readonly DockerStage[], target: string | undefined): DockerStage {
  const found = target === undefined ? stages.at(-1) : findStage(stages, target);
  if (!found) throw new SolveError(`target stage ${JSON.stringify(target)} could not be found`);
  return found;
}

/** By name as BuildKit compares them, the last one first; else by number. */
function findStage(stages: readonly DockerStage[], ref: string): DockerStage | undefined {
  const named = stages.findLast(({ name }) => name?.toLowerCase() === ref.toLowerCase());
  return named ?? (/^\d+$/.test(ref) ? stages[Number(ref)] : undefined);
}

/** Same inputs, same ID: no time goes into it. */
async function exportImage(
  { config, layer }: BuiltStage,
  { refs, labels }: SolveRequest,
  { images, layers, now }: SolvePlace,
  log: BuildLog,
): Promise<ImageConfig> {
  return log.step('exporting to image', async (vertex) => {
    vertex.begin();
    const { ownCmd: _, shell: __, ...own } = config;
    const content = { ...own, labels: { ...own.labels, ...labels }, folder: layer.folder, size: layer.size };
    const id = `sha256:${createHash('sha256').update(JSON.stringify(content)).digest('hex')}`;
    const image: ImageConfig = { ...content, id, refs, createdAt: now() };
    images.add(image);
    for (const ref of refs) vertex.output('stdout', `naming to ${canonicalName(ref)} done\n`);
    await layers.prune(new Set(images.list().map(({ folder }) => folder)));
    return image;
  });
}
