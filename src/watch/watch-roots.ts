import { dirname } from 'node:path/posix';
import { below } from './path-below.ts';
import type { WatchRules } from './watch-rules.ts';

/** The folders to begin watching at; one that lies in another is left out. Pure. */
export function watchRoots({ root, images, manifests, inputs, config }: WatchRules): readonly string[] {
  const ofImages = images.flatMap(({ context, contexts, files }) => [
    context,
    ...contexts,
    ...files.map(folderOf),
  ]);
  const ofManifests = [
    ...manifests.map(({ folder }) => folder),
    ...inputs.flatMap(({ files, folders }) => [...folders, ...files.map(folderOf)]),
  ];
  const all = [...new Set([root, ...ofImages, ...ofManifests, ...config.map(folderOf)])];
  return all.filter((folder) => !all.some((other) => other !== folder && below(other, folder) !== undefined));
}

function folderOf(file: string): string {
  return dirname(file);
}
