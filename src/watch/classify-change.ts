import type { EventBody } from '../session/events.ts';
import { below } from './path-below.ts';
import { isInImage, isManifest, isNoise, type WatchRules } from './watch-rules.ts';

export type FilesChanged = Extract<EventBody, { type: 'files.changed' }>;

/** How many changed files an event names per image: enough to say why, bounded after a branch switch. */
const NAMED_FILES = 20;

/** What a set of changed files means: which images, manifests and configuration; undefined when nothing reads them. */
export function classifyChange(rules: WatchRules, changed: Iterable<string>): FilesChanged | undefined {
  const paths = [...new Set(changed)].filter((path) => !isNoise(path)).sort();
  const named = (fits: (path: string) => boolean) =>
    paths.filter(fits).map((path) => below(rules.root, path) ?? path);
  const images = rules.images.flatMap((rule): [string, string[]][] => {
    const files = named((path) => isInImage(rule, path));
    return files.length === 0 ? [] : [[rule.name, files.slice(0, NAMED_FILES)]];
  });
  const manifests = named((path) => rules.manifests.some((rule) => isManifest(rule, path)));
  // A changed ignore file changes what is watched: the configuration is read again for it.
  const config = named((path) => rules.config.includes(path) || /(^|\.|\/)dockerignore$/.test(path));
  const count = named(
    (path) =>
      rules.config.includes(path) ||
      rules.manifests.some((rule) => isManifest(rule, path)) ||
      rules.images.some((rule) => isInImage(rule, path)),
  ).length;
  if (images.length + manifests.length + config.length === 0) return undefined;
  return { type: 'files.changed', images: Object.fromEntries(images), manifests, config, count };
}
