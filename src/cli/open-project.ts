import { orderImages } from '../build/image-graph.ts';
import { readImageNeeds } from '../build/read-image-needs.ts';
import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/load-config.ts';
import { sessionConfig } from '../config/session-config.ts';
import { createGitFacts } from '../deploy/git-facts.ts';
import type { SessionConfig } from '../session/events.ts';
import type { ConfigSource } from '../session/ports.ts';
import type { ProjectOptions } from './program.ts';

/** The configuration of a command's project, read again when a session asks. */
export interface Project {
  /** the configuration in force: the last one that was valid */
  config(): Config;
  /** what of it a session keeps */
  sessionConfig(namespace: string): Promise<SessionConfig>;
  /** for a session in a namespace: reads the configuration anew each time */
  source(namespace: string): ConfigSource;
}

/** Reads the project that a command line means. Rejects with a RockpoolError of exit code 2. */
export async function openProject(options: ProjectOptions, signal: AbortSignal): Promise<Project> {
  const read = (until: AbortSignal) =>
    loadConfig(
      {
        cwd: process.cwd(),
        ...(options.file === undefined ? {} : { file: options.file }),
        profiles: options.profile === undefined ? [] : [options.profile],
        valuesFiles: options.values,
        set: options.set,
        env: process.env,
        git: createGitFacts,
      },
      until,
    );
  let current = await read(signal);
  const project: Project = {
    config: () => current,
    sessionConfig: (namespace) => forSession(current, namespace),
    source: (namespace) => ({
      load: async (until) => {
        const next = await read(until);
        const session = await forSession(next, namespace);
        current = next;
        return session;
      },
    }),
  };
  return project;
}

async function forSession(config: Config, namespace: string): Promise<SessionConfig> {
  const needs = await readImageNeeds(config.root, config.images);
  orderImages(needs);
  return sessionConfig(config, namespace, needs);
}
