import { basename, posix } from 'node:path';
import { nameFromFolder } from '../../config/read-entries.ts';
import { composeMentions } from './compose-mentions.ts';
import { createTextReader } from './create-text-reader.ts';
import { dockerBuildLines, mayHoldBuilds } from './docker-build-lines.ts';
import { chartFolders, chartOf, isChartFile, readCharts } from './find-charts.ts';
import { isDockerfileName, readDockerfile } from './find-dockerfiles.ts';
import { isKustomizationName, readKustomization } from './find-kustomizations.ts';
import { findManifests } from './find-manifests.ts';
import { portForwardLines } from './port-forward-lines.ts';
import { isProgramFile, readPrograms } from './read-programs.ts';
import { readSkaffold } from './read-skaffold.ts';
import { readTiltfile } from './read-tiltfile.ts';
import type { FoundText, Survey } from './survey.ts';
import { type Walked, walkProject } from './walk.ts';

/** What is in the project at `root`. Reads and changes nothing; what cannot be read or used is named in `leftOut`. */
export async function surveyProject(root: string, signal: AbortSignal): Promise<Survey> {
  const walked = await walkProject(root, signal);
  const texts = await readTexts(root, walked, signal);
  const paths = new Set(['.', ...walked.folders, ...walked.files, ...walked.outward]);
  const dockerfiles = texts.dockerfiles.map(readDockerfile);
  const manifests = texts.manifests.flatMap((text) => findManifests(text) ?? []);
  const kustomizations = texts.kustomizations.map(readKustomization);
  const charts = readCharts(chartFolders(walked.files), texts.charts);
  const skaffold = texts.skaffold.map(readSkaffold);
  const tilt = texts.tilt.map(readTiltfile);
  return {
    name: nameFromFolder(basename(root)),
    paths,
    files: walked.files,
    texts: new Map(
      [
        ...texts.programs,
        ...texts.builds,
        ...texts.settings,
        ...texts.dockerfiles,
        ...texts.envFiles,
        ...texts.mentioned,
      ].map(({ path, source }) => [path, source]),
    ),
    dockerfiles: dockerfiles.flatMap(({ found }) => found ?? []),
    manifests: manifests.flatMap(({ found }) => found ?? []),
    kustomizations: kustomizations.flatMap(({ found }) => found ?? []),
    charts: charts.charts,
    builds: [
      ...skaffold.flatMap(({ builds }) => builds),
      ...tilt.flatMap(({ builds }) => builds),
      ...texts.builds.flatMap((text) => dockerBuildLines(text, paths)),
    ],
    compose: texts.compose,
    tools: [...skaffold, ...tilt].map(({ setup }) => setup),
    programs: readPrograms(texts.programs),
    forwards: texts.builds.flatMap(portForwardLines),
    envFiles: texts.envFiles,
    hidden: texts.hidden,
    broken: [...manifests, ...kustomizations, charts].flatMap(({ leftOut }) => leftOut),
    leftOut: [
      ...walked.notSeen,
      ...texts.notRead,
      ...[...dockerfiles, ...skaffold, ...tilt].flatMap(({ leftOut }) => leftOut),
    ],
  };
}

type Kind =
  | 'dockerfiles'
  | 'manifests'
  | 'kustomizations'
  | 'charts'
  | 'skaffold'
  | 'tilt'
  | 'builds'
  | 'compose'
  | 'programs'
  | 'envFiles'
  | 'settings';
type Texts = Readonly<Record<Kind, readonly FoundText[]>> & {
  readonly notRead: readonly string[];
  /** files that compose files name */
  readonly mentioned: readonly FoundText[];
  /** of those that git does not take */
  readonly hidden: readonly FoundText[];
};

async function readTexts(root: string, walked: Walked, signal: AbortSignal): Promise<Texts> {
  const charts = chartFolders(walked.files);
  const inChart = (path: string) =>
    chartOf(path, charts) !== undefined && !(charts.includes('.') && isYaml(path) && !isChartFile(path, '.'));
  const kinds: Readonly<Record<Kind, (path: string) => boolean>> = {
    dockerfiles: isDockerfileName,
    manifests: (path) =>
      isYaml(path) && !inChart(path) && !isKustomizationName(path) && !isLinkToSeen(walked, path),
    kustomizations: (path) => isKustomizationName(path) && !inChart(path),
    charts: (path) => isChartFile(path, chartOf(path, charts) ?? path),
    skaffold: (path) => /^skaffold\.ya?ml$/.test(posix.basename(path)),
    tilt: (path) => posix.basename(path) === 'Tiltfile',
    builds: mayHoldBuilds,
    compose: (path) => /^(?:docker-)?compose(?:[.-].*)?\.ya?ml$/.test(posix.basename(path)),
    programs: isProgramFile,
    settings: (path) =>
      /^(?:nodemon\.json|\.air\.toml|.*\.conf|(?:.*\.)?\.?dockerignore|docker-entrypoint.*|entrypoint.*)$/.test(
        posix.basename(path),
      ),
    envFiles: (path) => /^(?:\.env(?:\..*)?|.+\.env)$/.test(posix.basename(path)),
  };
  const read = createTextReader(root, signal);
  const entries = await Promise.all(
    Object.entries(kinds).map(async ([kind, fits]) => [kind, await read(walked.files.filter(fits))] as const),
  );
  const compose = entries.find(([kind]) => kind === 'compose')?.[1].texts ?? [];
  const mentioned = await read(composeMentions(compose, walked.files));
  const envFiles = walked.hidden.filter((path) => compose.length > 0 && posix.basename(path) === '.env');
  const hidden = await read([...new Set([...envFiles, ...composeMentions(compose, walked.hidden)])]);
  return {
    mentioned: mentioned.texts,
    hidden: hidden.texts,
    ...(Object.fromEntries(entries.map(([kind, { texts }]) => [kind, texts])) as Record<Kind, FoundText[]>),
    notRead: [...new Set(entries.flatMap(([, { notRead }]) => notRead))],
  };
}

/** A name that begins with an underscore is a partial's. */
const isYaml = (path: string): boolean =>
  /(?:\.ya?ml|\.json)(?:\.liquid)?$/i.test(path) &&
  !/(?:^|\/)(?:_[^/]*|rockpool\.ya?ml|package(?:-lock)?\.json|tsconfig[^/]*\.json|composer\.(?:json|lock)|pnpm-lock\.yaml)$/.test(
    path,
  );

/** An object that is there under two names is one object. */
function isLinkToSeen({ links, files }: Walked, path: string): boolean {
  const target = links.get(path);
  return target !== undefined && files.includes(target);
}
