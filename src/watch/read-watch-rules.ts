import { basename, dirname, join, resolve } from 'node:path';
import { ignoreFiles, readDockerIgnore } from '../build/read-docker-ignore.ts';
import { readSyncRules } from '../sync/sync-rules.ts';
import { realPath } from './real-path.ts';
import { type ImageRule, manifestRule, type WatchRules } from './watch-rules.ts';
import type { WatchSources } from './watch-sources.ts';

/** Looks up on the disk what a configuration asks to watch: links resolved, the .dockerignore files read. */
export async function readWatchRules({
  root,
  images,
  manifests,
  generated,
  sources,
}: WatchSources): Promise<WatchRules> {
  return {
    root: await realPath(root),
    images: await Promise.all(images.map((image) => imageRule(root, image))),
    manifests: await Promise.all(
      manifests.map(async (entry) => {
        const rule = manifestRule(root, entry);
        return { ...rule, folder: await realPath(rule.folder) };
      }),
    ),
    inputs: await Promise.all(
      generated.map(async ({ inputs }) => ({
        files: await Promise.all(inputs.files.map(realPath)),
        folders: await Promise.all(inputs.folders.map(realPath)),
      })),
    ),
    config: await Promise.all(sources.map(realPath)),
  };
}

async function imageRule(root: string, image: WatchSources['images'][number]): Promise<ImageRule> {
  const context = await realPath(resolve(root, image.context));
  const dockerfile = resolve(root, image.dockerfile);
  const { ignore } = await readDockerIgnore(context, dockerfile, image.ignore);
  const folders = Object.values(image.contexts).filter((value) => !/^[a-z-]+:\/\//.test(value));
  return {
    name: image.name,
    context,
    // A Dockerfile may be a link: to its place and to what it is.
    files: [
      ...(await Promise.all([dockerfile, ...ignoreFiles(context, dockerfile)].map(inRealFolder))),
      await realPath(dockerfile),
    ],
    contexts: await Promise.all(folders.map((folder) => realPath(resolve(root, folder)))),
    ignore,
    sync: readSyncRules(image.sync, image.update),
  };
}

async function inRealFolder(path: string): Promise<string> {
  return join(await realPath(dirname(path)), basename(path));
}
