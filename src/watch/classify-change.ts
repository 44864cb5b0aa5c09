import type { EventBody } from '../session/events.ts';
import { below } from './path-below.ts';
import { isInImage, isInput, isManifest, isNoise, isSynced, type WatchRules } from './watch-rules.ts';

export type FilesChanged = Extract<EventBody, { type: 'files.changed' }>;

/** How many changed files an event names per image: enough to say why, bounded after a branch switch. */
const NAMED_FILES = 20;

/** What a set of changed files (absolute paths) means: which images, manifests and configuration; undefined when nothing reads them. Pure. */
export function classifyChange(rules: WatchRules, changed: Iterable<string>): FilesChanged | undefined {
  const paths = [...new Set(changed)].filter((path) => !isNoise(path)).sort();
  const counted = new Set<string>();
  const named = (fits: (path: string) => boolean) =>
    paths.filter(fits).map((path) => {
      counted.add(path);
      return below(rules.root, path) ?? path;
    });
  const images = rules.images.flatMap((rule): [string, string[]][] => {
    const files = named((path) => isInImage(rule, path));
    return files.length === 0 ? [] : [[rule.name, files.slice(0, NAMED_FILES)]];
  });
  const manifests = named(
    (path) =>
      rules.manifests.some((rule) => isManifest(rule, path)) ||
      rules.inputs.some((rule) => isInput(rule, path)),
  );
  const config = named((path) => asksForConfig(rules, path));
  if (counted.size === 0) return undefined;
  const synced = syncedImages(rules, paths);
  return {
    type: 'files.changed',
    images: Object.fromEntries(images),
    ...(synced.length > 0 ? { synced } : {}),
    manifests,
    config,
    count: counted.size,
  };
}

/** More files at once than this are a branch switch: a build is as quick, and surer. */
const SYNCED_FILES = 200;

/** The images of which every changed file may be written into running containers. */
function syncedImages({ images }: WatchRules, paths: readonly string[]): string[] {
  return images.flatMap((rule) => {
    const files = paths.filter((path) => isInImage(rule, path));
    const fits = files.length > 0 && files.length <= SYNCED_FILES;
    return fits && files.every((path) => isSynced(rule, path)) ? [rule.name] : [];
  });
}

/** A change of which the system may have dropped parts: everything counts. What did not change is found out by its tag. Pure. */
export function everythingChanged(rules: WatchRules, changed: Iterable<string>): FilesChanged {
  const known = classifyChange(rules, changed);
  const all = rules.images.map(({ name }): [string, string[]] => [name, known?.images[name] ?? []]);
  const places = [
    ...rules.manifests.map(({ folder }) => folder),
    ...rules.inputs.flatMap(({ files, folders }) => [...folders, ...files.slice(0, 1)]),
  ];
  const folders = places.map((place) => below(rules.root, place) ?? place);
  return {
    type: 'files.changed',
    images: Object.fromEntries(all),
    manifests: [...new Set([...(known?.manifests ?? []), ...folders])],
    config: known?.config ?? [],
    count: known?.count ?? 0,
  };
}

/** A Dockerfile decides on the order of builds and an ignore file on what is watched: for both it is worked out again. */
function asksForConfig({ config, images }: WatchRules, path: string): boolean {
  return config.includes(path) || images.some(({ files }) => files.includes(path));
}
