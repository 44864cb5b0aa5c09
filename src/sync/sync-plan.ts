import type { ContextEntry } from '../build/build-context.ts';
import type { SyncRules } from './sync-rules.ts';

/** What to do in a container so that it holds what the build context holds. Paths in it are absolute. */
export interface SyncSteps {
  /** places of the files to write, by their path in the build context */
  readonly writes: ReadonlyMap<string, readonly string[]>;
  /** what goes before anything is written */
  readonly deletes: readonly string[];
  /** commands of the rules that were followed, each once, in the order of the rules */
  readonly runs: readonly (readonly string[])[];
}

export interface SyncChange {
  readonly changed: readonly string[];
  /** those of `changed` that must be new files: writing into one that is there leaves its mode as it is */
  readonly remade?: readonly string[];
  readonly deleted: readonly string[];
  readonly entries: readonly ContextEntry[];
  readonly rules: SyncRules;
}

/** The steps for a change, or why a file cannot be taken to a container, in words. Pure. */
export function planSteps({
  changed,
  remade = [],
  deleted,
  entries,
  rules,
}: SyncChange): SyncSteps | { readonly unfit: string } {
  const links = new Set(entries.filter(({ kind }) => kind === 'link').map(({ path }) => path));
  const unfit = [...changed, ...deleted].find((path) => rules(path).length === 0 || links.has(path));
  if (unfit !== undefined)
    return { unfit: links.has(unfit) ? `${unfit} is a link` : `no sync rule fits ${unfit}` };
  const runs = [...changed, ...deleted].flatMap((path) =>
    rules(path).flatMap(({ run }) => (run ? [run] : [])),
  );
  const unique = new Map(runs.map((run) => [run.join('\0'), run]));
  const placesOf = (path: string) => [...new Set(rules(path).map(({ to }) => to))];
  const writes = new Map(changed.map((path) => [path, placesOf(path)]));
  const written = new Set([...writes.values()].flat());
  const gone = deleted.flatMap(placesOf);
  const deletes = [...gone.filter((to) => !written.has(to)), ...remade.flatMap(placesOf)];
  return { writes, deletes, runs: [...unique.values()] };
}
