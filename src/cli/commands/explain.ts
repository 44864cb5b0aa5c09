import { readFile, stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { readDockerIgnore } from '../../build/read-docker-ignore.ts';
import type { Config } from '../../config/config.ts';
import { nameGenerated } from '../../config/name-generated.ts';
import { explainPath } from '../../control/explain-path.ts';
import { explanationText } from '../../control/explanation-text.ts';
import { createGitFacts } from '../../deploy/git-facts.ts';
import { findManifestFiles } from '../../deploy/manifest-files.ts';
import { renderManifests } from '../../deploy/render.ts';
import { RockpoolError } from '../../session/failure.ts';
import { readWatchRules } from '../../watch/read-watch-rules.ts';
import { realPath } from '../../watch/real-path.ts';
import { openProject } from '../open-project.ts';
import type { ProjectOptions } from '../program.ts';
import { untilInterrupted } from '../until-interrupted.ts';

export interface ExplainOptions extends ProjectOptions {
  readonly output: 'text' | 'json';
}

/** `rockpool explain`: what a file belongs to, by the files alone: it needs neither session nor cluster. */
export async function explain(path: string, options: ExplainOptions): Promise<number> {
  const { signal } = untilInterrupted();
  const config = (await openProject(options, signal)).config();
  const { root, manifests: entries } = config;
  const place = await realPath(resolve(path));
  const [rules, ignores, users, found, is] = await Promise.all([
    readWatchRules({ ...config, manifests: [...entries, ...config.partials] }),
    ignoreFiles(config),
    usersOf(config, signal),
    Promise.all(entries.map((entry) => manifestFiles(root, entry))),
    kindOf(place),
  ]);
  const told = explainPath({
    rules,
    entries,
    generated: config.generated.map(nameGenerated),
    ...{ path: place, is },
    finds: (entry) => found[entries.indexOf(entry)] ?? [],
    ignoreFile: (image) => ignores.get(image),
    users: (image) => users?.get(image) ?? (users ? [] : undefined),
  });
  console.log(options.output === 'json' ? JSON.stringify(told, undefined, 2) : explanationText(told));
  return 0;
}

async function manifestFiles(root: string, entry: string): Promise<readonly string[]> {
  return Promise.all((await findManifestFiles(root, entry)).map(realPath));
}

async function kindOf(path: string): Promise<'file' | 'folder' | 'nothing'> {
  const found = await stat(path).catch(() => undefined);
  if (!found) return 'nothing';
  return found.isDirectory() ? 'folder' : 'file';
}

async function ignoreFiles({ root, images }: Config) {
  const read = images.map(async ({ name, context, dockerfile }) => {
    const { file } = await readDockerIgnore(join(root, context), join(root, dockerfile));
    if (file === undefined) return [];
    const lines = (await readFile(file, 'utf8')).split(/\r?\n/);
    return [[name, { file: relative(root, file), lines }] as const];
  });
  return new Map((await Promise.all(read)).flat());
}

/** The resources that run each image; undefined when the manifests cannot be rendered without a cluster. */
async function usersOf(
  config: Config,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string[]> | undefined> {
  const git = createGitFacts(config.root);
  const request = { config, namespace: config.namespace ?? 'default', refs: {}, git };
  try {
    const { resources } = await renderManifests(request, signal);
    const users = new Map<string, string[]>();
    for (const { images, manifest } of resources) {
      const words = `${manifest.kind} ${manifest.metadata.name}`;
      for (const image of images) users.set(image, [...(users.get(image) ?? []), words]);
    }
    return users;
  } catch (error) {
    if (error instanceof RockpoolError) return undefined;
    throw error;
  }
}
