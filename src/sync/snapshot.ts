import type { PreparedBuild } from '../build/prepare-build.ts';

/** What a build context, or a container that was made from it, holds: a key of the content by path. Folders are left out. */
export type Snapshot = ReadonlyMap<string, string>;

/** How many snapshots of an image are kept: pods of a roll or two under way still run older ones. */
const KEPT = 5;

/** What the images that the session made hold, by ref. */
export interface Snapshots {
  record(prepared: Pick<PreparedBuild, 'ref' | 'entries' | 'hashes'>): void;
  /** Undefined: the session made no such image, or many since. */
  of(ref: string): Snapshot | undefined;
}

export function createSnapshots(): Snapshots {
  const known = new Map<string, Snapshot>();
  return {
    record(prepared) {
      known.delete(prepared.ref);
      known.set(prepared.ref, snapshotOf(prepared));
      const name = nameOf(prepared.ref);
      const own = [...known.keys()].filter((ref) => nameOf(ref) === name);
      for (const ref of own.slice(0, -KEPT)) known.delete(ref);
    },
    of: (ref) => known.get(ref),
  };
}

const nameOf = (ref: string): string => ref.slice(0, ref.lastIndexOf(':'));

/** Pure. */
export function snapshotOf({ entries, hashes }: Pick<PreparedBuild, 'entries' | 'hashes'>): Snapshot {
  const files = entries.filter(({ kind }) => kind !== 'directory');
  return new Map(
    files.map(({ path, mode, target }) => [path, `${mode.toString(8)} ${target ?? hashes.get(path)}`]),
  );
}

/** Whether a path that was there before has another mode now. Pure. */
export function hasOtherMode(path: string, before: Snapshot, after: Snapshot): boolean {
  const mode = (snapshot: Snapshot) => snapshot.get(path)?.split(' ', 1)[0];
  return before.has(path) && mode(before) !== mode(after);
}

/** Paths that are other files than before, and those that are not there any more. Pure. */
export function differences(
  before: Snapshot,
  after: Snapshot,
): { readonly changed: readonly string[]; readonly deleted: readonly string[] } {
  return {
    changed: [...after].flatMap(([path, key]) => (before.get(path) === key ? [] : [path])),
    deleted: [...before.keys()].filter((path) => !after.has(path)),
  };
}
