import { posix } from 'node:path';
import { baseImage } from '../dockerfile/base-images.ts';
import type { Program } from '../dockerfile/programs.ts';
import { resolveIn, type WalkedStage } from '../dockerfile/walk-stage.ts';
import type { ProjectFiles } from '../project-files.ts';
import { RELOADERS } from './known-reloaders.ts';

/** What notices changed files in a container. */
export interface Reloader {
  /** behind the COPY line: "reloaded by node --watch", "served as it is by nginx" */
  readonly how: string;
  /** without the dot, lower case; 'all': whatever lies in its folders */
  readonly extensions: ReadonlySet<string> | 'all';
  /** absolute folders that it looks at */
  readonly folders: readonly string[];
  /** it compiles the sources by itself, so that a compilation at build time only warms caches */
  readonly compiles: boolean;
  /** what the program runs in reads templates and files of `public` and the like at each request */
  readonly servesAssets: boolean;
  /** it makes pages of sources, which begin in the folder that it runs in */
  readonly bundles: boolean;
}

/**
 * What notices changes in a container: a reloader among its programs, else a web server that reads its files at each
 * request. Undefined when nothing is known to. Pure.
 * @param files the build context, for the reloader's own configuration
 */
export function reloaderOf(
  programs: readonly Program[],
  stage: WalkedStage,
  files: ProjectFiles,
): Reloader | undefined {
  for (const program of programs) {
    const env = { ...Object.fromEntries(stage.env), ...program.env };
    for (const find of RELOADERS) {
      const found = find(program, env, files);
      if (!found) continue;
      const folders = (found.folders ?? ['.']).flatMap((folder) => resolveIn(stage.workingDir, folder) ?? []);
      return {
        how: `${found.isServer ? 'served as it is' : 'reloaded'} by ${found.name}`,
        extensions: found.extensions === 'all' ? 'all' : new Set(found.extensions),
        folders,
        compiles: found.compiles ?? false,
        servesAssets: found.servesAssets ?? false,
        bundles: found.bundles ?? false,
      };
    }
  }
  return webServer(programs, stage, files);
}

const WEB_SERVERS = /^(nginx|httpd|httpd-foreground|apache2-foreground|php-fpm|caddy)$/;

function webServer(
  programs: readonly Program[],
  { base }: WalkedStage,
  files: ProjectFiles,
): Reloader | undefined {
  const program = programs.find(({ name }) => WEB_SERVERS.test(name));
  if (!program) return undefined;
  const configs = files.paths.filter((path) => posix.extname(path) === '.conf');
  const roots = configs.flatMap((path) =>
    [...(files.text(path) ?? '').matchAll(/^\s*root\s+["']?(\/[^;\s"']*)["']?\s*;/gm)].map(
      ([, root]) => root ?? '',
    ),
  );
  const folders = [...(baseImage(base)?.serves ?? []), ...(program.name === 'nginx' ? roots : [])];
  if (folders.length === 0) return undefined;
  return {
    how: `served as it is by ${program.name}`,
    extensions: 'all',
    folders,
    compiles: false,
    servesAssets: false,
    bundles: false,
  };
}
