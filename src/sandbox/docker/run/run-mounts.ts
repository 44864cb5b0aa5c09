import { lstat, mkdir, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { resolvePath } from '../build/configure.ts';
import type { DockerInstruction } from '../build/read-dockerfile.ts';
import { SolveError } from '../build/solve-error.ts';
import { copyTree } from '../files/copy-tree.ts';
import { insideImage } from '../files/inside.ts';

/** A `RUN --mount`, read. */
export interface RunMount {
  readonly type: 'bind' | 'cache' | 'tmpfs';
  readonly id: string;
  /** of a bind: a stage or an image; empty: the build context */
  readonly from: string;
  readonly source: string;
  /** absolute, in the image */
  readonly target: string;
}

/** The mounts of a RUN. Throws a SolveError for what the sandbox has not. Pure. */
export function readMounts({ flags }: DockerInstruction, workingDir: string): RunMount[] {
  const unknown = flags.find(({ name, value }) => name !== 'mount' && !['default', 'host'].includes(value));
  if (unknown) throw new SolveError(`the sandbox does not know --${unknown.name}=${unknown.value}`);
  return flags.filter(({ name }) => name === 'mount').map(({ value }) => readMount(value, workingDir));
}

function readMount(text: string, workingDir: string): RunMount {
  const fields = new Map(text.split(',').map((field) => field.split('=', 2) as [string, string]));
  const field = (...names: string[]) => names.map((name) => fields.get(name)).find((value) => value);
  const type = field('type') ?? 'bind';
  if (type === 'secret' || type === 'ssh') {
    throw new SolveError(
      `the sandbox has no --mount=type=${type}: build it on a cluster with a container engine, or do without`,
    );
  }
  if (type !== 'bind' && type !== 'cache' && type !== 'tmpfs') {
    throw new SolveError(`unsupported mount type "${type}"`);
  }
  const target = resolvePath(workingDir, field('target', 'dst', 'destination') ?? '');
  const from = field('from') ?? '';
  return { type, target, from, id: field('id') ?? target, source: field('source', 'src') ?? '/' };
}

export interface MountSources {
  /** the folder of a cache */
  cache(id: string): Promise<string>;
  /** the folder that a bind mount is from */
  files(from: string): Promise<string>;
  /** a new, empty folder */
  scratch(): Promise<string>;
}

/**
 * Puts mounts into the folder of an image: a cache is a link to its folder, a bind a copy. @returns what takes them out
 * again, and puts back what was there.
 */
export async function placeMounts(
  folder: string,
  mounts: readonly RunMount[],
  sources: MountSources,
  signal: AbortSignal,
): Promise<() => Promise<void>> {
  const undo: (() => Promise<void>)[] = [];
  for (const mount of mounts) {
    const at = await insideImage(folder, mount.target);
    await mkdir(dirname(at), { recursive: true });
    if (await lstat(at).catch(() => undefined)) {
      const aside = join(await sources.scratch(), 'aside');
      await copyTree(at, aside, { how: 'copy' }, signal);
      await rm(at, { recursive: true });
      undo.push(async () => void (await copyTree(aside, at, { how: 'copy' }, new AbortController().signal)));
    }
    undo.push(() => rm(at, { recursive: true, force: true }));
    if (mount.type === 'bind') {
      const from = await insideImage(await sources.files(mount.from), resolvePath('/', mount.source));
      await copyTree(from, at, { how: 'copy' }, signal);
    } else
      await symlink(mount.type === 'cache' ? await sources.cache(mount.id) : await sources.scratch(), at);
  }
  return async () => {
    for (const step of undo.reverse()) await step();
  };
}
