import { basename } from 'node:path';
import pLimit from 'p-limit';
import { nameFromFolder } from '../../config/read-entries.ts';
import { isDockerfileName, readDockerfile } from './find-dockerfiles.ts';
import { findManifests } from './find-manifests.ts';
import { readText } from './read-text.ts';
import type { FoundText, Survey } from './survey.ts';
import { type Walked, walkProject } from './walk.ts';

/** A project with more YAML than this is not one to guess about. */
const MAX_FILES = 2000;

/** What is in the project at `root`. Reads and changes nothing; what cannot be read or used is named in `leftOut`. */
export async function surveyProject(root: string, signal: AbortSignal): Promise<Survey> {
  const walked = await walkProject(root, signal);
  const read = (fits: (path: string) => boolean) => readAll(root, walked.files.filter(fits), signal);
  const dockerfiles = (await read(isDockerfileName)).texts.map(readDockerfile);
  const yaml = await read((path) => isYaml(path) && !isLinkToSeen(walked, path));
  const manifests = yaml.texts.flatMap((text) => findManifests(text) ?? []);
  return {
    name: nameFromFolder(basename(root)),
    paths: new Set(['.', ...walked.folders, ...walked.files]),
    dockerfiles: dockerfiles.flatMap(({ found }) => found ?? []),
    manifests: manifests.flatMap(({ found }) => found ?? []),
    kustomizations: [],
    charts: [],
    builds: [],
    compose: [],
    programs: [],
    envFiles: [],
    leftOut: [
      ...walked.notSeen,
      ...yaml.notRead,
      ...[...dockerfiles, ...manifests].flatMap(({ leftOut }) => leftOut),
    ],
  };
}

interface Read {
  readonly texts: readonly FoundText[];
  /** in words */
  readonly notRead: readonly string[];
}

async function readAll(root: string, paths: readonly string[], signal: AbortSignal): Promise<Read> {
  const limit = pLimit(16);
  const texts = await Promise.all(
    paths.slice(0, MAX_FILES).map((path) =>
      limit(async () => {
        signal.throwIfAborted();
        const source = await readText(root, path);
        return source === undefined ? [] : [{ path, source }];
      }),
    ),
  );
  const more = paths.length - MAX_FILES;
  return { texts: texts.flat(), notRead: more > 0 ? [`${more} more YAML and JSON files were not read`] : [] };
}

/** A name that begins with an underscore is a partial's. */
const isYaml = (path: string): boolean =>
  /(?:\.ya?ml|\.json)(?:\.liquid)?$/i.test(path) &&
  !/(?:^|\/)(?:_[^/]*|rockpool\.ya?ml|package(?:-lock)?\.json|tsconfig[^/]*\.json|composer\.(?:json|lock)|pnpm-lock\.yaml)$/.test(
    path,
  );

/** An object that is there under two names is one object. */
const isLinkToSeen = ({ links, files }: Walked, path: string): boolean => {
  const target = links.get(path);
  return target !== undefined && files.includes(target);
};
