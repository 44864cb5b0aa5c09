import { ignoreFiles, readDockerIgnore } from '../build/read-docker-ignore.ts';
import { manifestRule, type WatchRules } from './watch-rules.ts';
import type { WatchSources } from './watch-sources.ts';

/** Reads the .dockerignore files that decide what of the sources counts. */
export async function readWatchRules(sources: WatchSources): Promise<WatchRules> {
  const images = sources.images.map(async ({ name, context, dockerfile, contexts, ignore }) => ({
    name,
    context,
    files: [dockerfile, ...ignoreFiles(context, dockerfile)],
    contexts,
    ignore: (await readDockerIgnore(context, dockerfile, ignore)).ignore,
  }));
  return {
    root: sources.root,
    images: await Promise.all(images),
    manifests: sources.manifests.map((entry) => manifestRule(sources.root, entry)),
    config: sources.config,
  };
}
