import { orderImages } from '../build/image-graph.ts';
import { readImageNeeds } from '../build/read-image-needs.ts';
import type { Config } from '../config/config.ts';
import { createFileConfigSource, type FileConfigSource } from '../config/file-config-source.ts';
import { findConfig } from '../config/find-config.ts';
import { type LoadConfigOptions, loadConfig } from '../config/load-config.ts';
import { writeMissingSchema } from '../config/schema-file.ts';
import { sessionConfig } from '../config/session-config.ts';
import { createGitFacts } from '../deploy/git-facts.ts';
import type { SessionConfig } from '../session/events.ts';
import type { ProjectOptions } from './program.ts';

/** The project that a command works on. */
export interface Project {
  /** the configuration in force: the last one that was valid */
  config(): Config;
  /** what of it a session keeps */
  sessionConfig(namespace: string): Promise<SessionConfig>;
  /** From now on `config` is what this source read last. The same at each call. */
  source(namespace: string): FileConfigSource;
}

/**
 * Reads the project that a command line means. In a fresh clone the schema that its first line names to editors is written
 * first. Rejects with a RockpoolError of exit code 2.
 */
export async function openProject(options: ProjectOptions, signal: AbortSignal): Promise<Project> {
  const load = loadOptions(options);
  const file = await findConfig(load.cwd, load.file).catch(() => undefined);
  if (file !== undefined) await writeMissingSchema(file);
  const initial = await loadConfig(load, signal);
  let config = () => initial;
  let source: FileConfigSource | undefined;
  return {
    config: () => config(),
    sessionConfig: async (namespace) => sessionConfig(config(), namespace, await needsOf(config())),
    source: (namespace) => {
      source ??= createFileConfigSource({ initial, load, namespace, needs: needsOf });
      config = source.current;
      return source;
    },
  };
}

function loadOptions({ file, profile, values, set }: ProjectOptions): LoadConfigOptions {
  return {
    cwd: process.cwd(),
    ...(file === undefined ? {} : { file }),
    profiles: profile === undefined ? [] : [profile],
    valuesFiles: values,
    set,
    env: process.env,
    git: createGitFacts,
    infer: async (root, signal) => (await import('../scaffold/infer-config.ts')).inferConfig(root, signal),
  };
}

/** Rejects with a RockpoolError of code IMAGE_CYCLE when images need each other in a ring. */
async function needsOf({ root, images }: Config): Promise<Readonly<Record<string, readonly string[]>>> {
  const needs = await readImageNeeds(root, images);
  orderImages(needs);
  return needs;
}
