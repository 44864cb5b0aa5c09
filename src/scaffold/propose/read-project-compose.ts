import { posix } from 'node:path';
import { parseEnv } from 'node:util';
import { formatPlace } from '../../session/failure.ts';
import type { ComposeProject } from '../compose/read-compose.ts';
import type { Answers, LeftOut, Question } from '../proposal.ts';
import type { FoundBuild, FoundText, Survey } from '../survey/survey.ts';
import { filesIn } from './files-in.ts';
import { isSample } from './is-sample.ts';
import { readWithHidden } from './read-with-hidden.ts';

export interface FoundCompose extends Omit<ComposeProject, 'failures'> {
  /** the file that counts */
  readonly file: string;
  readonly builds: readonly FoundBuild[];
  readonly questions: readonly Question[];
}

/**
 * The compose file of a project, with its override: the one that `docker compose up` at the top takes, else the nearest.
 * What is wrong with it is told in `leftOut`. Undefined when there is none. Pure.
 * @param name of the project
 * @param answers to its questions
 */
export function readProjectCompose(
  survey: Survey,
  name: string,
  answers: Answers = {},
): FoundCompose | undefined {
  const base = chooseFile(survey.compose);
  if (!base) return undefined;
  const override = survey.compose.find(({ path }) => path === overrideOf(base.path));
  const sources = [base, ...(override ? [override] : [])].map(({ path: file, source }) => ({ file, source }));
  const env = environment(posix.dirname(base.path), survey.envFiles);
  const query = { sources, project: name, env, files: filesIn('.', survey) };
  const { project, question } = readWithHidden(query, survey.hidden, answers);
  const { failures, ...found } = project;
  const problems = failures.map(({ message, at }) => `${formatPlace(at ?? { file: base.path })}: ${message}`);
  const others = survey.compose.filter((file) => file !== base && file !== override);
  const builds = found.images.map(({ name: image, context, dockerfile, target, args }) => ({
    ...{ at: base.path, image, context, args },
    dockerfile: dockerfile ?? posix.join(context, 'Dockerfile'),
    ...(target === undefined ? {} : { target }),
  }));
  const notRead = others.map(({ path }): LeftOut => `${path}: ${base.path} is the one that is read`);
  const missing = builds.filter(({ dockerfile }) => !survey.paths.has(dockerfile));
  const isThere = (image: string) => !missing.some((build) => build.image === image);
  return {
    ...{ file: base.path, forwards: found.forwards, notSynced: found.notSynced },
    questions: question ? [question] : [],
    images: found.images.filter((image) => isThere(image.name)),
    sketches: found.sketches.filter(({ image }) => isThere(image)),
    builds: builds.filter(({ image }) => isThere(image)),
    leftOut: [
      ...problems,
      ...missing.map(
        ({ image, dockerfile }) => `${base.path}: ${image} is built from ${dockerfile}, which is not there`,
      ),
      ...found.leftOut,
      ...notRead,
    ],
  };
}

/** In the order in which `docker compose` looks for them. */
const NAMES = ['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml'];

function chooseFile(files: readonly FoundText[]): FoundText | undefined {
  const rank = ({ path }: FoundText) => {
    const usual = NAMES.indexOf(posix.basename(path));
    const isForDevelopment = /[.-](?:dev|development|local)\./.test(posix.basename(path));
    return (
      path.split('/').length * 100 +
      (usual >= 0 ? usual : isForDevelopment ? 10 : 20) +
      (isSample(path) ? 1000 : 0)
    );
  };
  const [first] = files
    .filter(({ path }) => !isOverride(path) && !isForTests(path))
    .sort((a, b) => rank(a) - rank(b));
  return first;
}

/** `docker-compose.test.yml` runs tests, and not what they test. */
const isForTests = (path: string): boolean =>
  /[.-](?:tests?|testing|ci|e2e)\.ya?ml$/.test(posix.basename(path));

const isOverride = (path: string): boolean => /\.override\.ya?ml$/.test(path);

const overrideOf = (path: string): string => path.replace(/\.(ya?ml)$/, '.override.$1');

/** What an example of `.env` says; `.env` itself only where git takes it. */
function environment(folder: string, files: readonly FoundText[]): Readonly<Record<string, string>> {
  const own = files.filter(({ path }) => posix.dirname(path) === folder);
  const example = own.find(({ path }) =>
    /^\.env\.(?:example|sample|template|dist|defaults?)$/.test(posix.basename(path)),
  );
  const env = own.find(({ path }) => posix.basename(path) === '.env');
  return { ...parsed(example), ...parsed(env) };
}

const parsed = (file: FoundText | undefined): Record<string, string> =>
  file ? (parseEnv(file.source) as Record<string, string>) : {};
