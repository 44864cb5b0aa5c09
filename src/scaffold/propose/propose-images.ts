import { imagesOf, parseDockerfile, stagesFor } from '../../build/dockerfile.ts';
import { parseImageName } from '../../build/image-name.ts';
import type { Answers, LeftOut, Question, Reason } from '../proposal.ts';
import type { FoundDockerfile, Survey } from '../survey/survey.ts';
import { chooseContext } from './choose-context.ts';
import { chooseDockerfile } from './choose-dockerfile.ts';
import type { PlannedImage } from './config-text.ts';
import type { ImageUse } from './image-uses.ts';
import { isOwn } from './is-own.ts';
import { isSample } from './is-sample.ts';
import { type Candidate, matchImages, namesOf, type Wanted } from './match-images.ts';
import { planBuild } from './plan-build.ts';

export interface ProposedImages {
  readonly images: readonly PlannedImage[];
  readonly reasons: readonly Reason[];
  readonly questions: readonly Question[];
  readonly leftOut: readonly LeftOut[];
}

/** The images of a project: those of its manifests that its Dockerfiles build, and those that these are built from. Pure. */
export function proposeImages(survey: Survey, uses: readonly ImageUse[], answers: Answers): ProposedImages {
  const candidates = withTaken(
    survey.dockerfiles.map((found) => toCandidate(found, survey)),
    survey,
  );
  const run = matchImages(candidates, toWanted(uses)).map((match) => ({
    ...match,
    at: whereUsed(match.repository, uses),
    usedIn: uses
      .filter(({ repository }) => repository === match.repository)
      .map(({ at }) => at.replace(/:\d+$/, '')),
  }));
  const outcomes = run.map((match) => choose(match, survey, answers));
  const chosen = outcomes.flatMap((outcome) => outcome.chosen ?? []);
  const bases = findBases(chosen, candidates, survey);
  const all = [...bases, ...chosen];
  const used = new Set([
    ...run.flatMap(({ dockerfiles }) => dockerfiles),
    ...bases.map(({ found }) => found.path),
  ]);
  return {
    images: all.map(({ image }) => image),
    reasons: all.map(({ image, why }) => imageReason(image, why)),
    questions: outcomes.flatMap(({ question }) => question ?? []),
    leftOut: survey.dockerfiles
      .filter(({ path }) => !used.has(path))
      .map(({ path }) => `${path}: no manifest names an image like it`),
  };
}

/** Pure. */
export const imageReason = ({ name, dockerfile }: PlannedImage, why: readonly string[]): Reason => ({
  what: `image ${name} from ${dockerfile}`,
  why,
});

function toCandidate(found: FoundDockerfile, survey: Survey): Candidate {
  const builds = survey.builds.filter(({ dockerfile }) => dockerfile === found.path);
  const { context } = builds[0] ?? chooseContext(found, survey.paths);
  const program = survey.programs.find(({ path }) => path === context)?.name;
  return {
    dockerfile: found.path,
    builtAs: builds.flatMap(({ image }) => (image === undefined ? [] : [image, ...renamesOf(image, survey)])),
    names: namesOf(found.path, context, survey.name, program),
  };
}

/** What kustomizations call an image instead. */
const renamesOf = (image: string, { kustomizations }: Survey): readonly string[] =>
  kustomizations.flatMap(({ renames }) => renames[image] ?? []);

/** A compose file's builds have names that were made up for them; those that others are built from are called so. */
function withTaken(candidates: readonly Candidate[], survey: Survey): readonly Candidate[] {
  const from = survey.dockerfiles.flatMap(({ parsed }) =>
    imagesOf(parsed, parsed.stages).map(({ ref }) => parseImageName(ref).repository),
  );
  const compose = new Set(survey.compose.map(({ path }) => path));
  return candidates.map((candidate) => {
    const { dockerfile, builtAs, names } = candidate;
    const isNamed = survey.builds.some(
      (build) => build.dockerfile === dockerfile && build.image !== undefined && !compose.has(build.at),
    );
    return {
      ...candidate,
      isTaken: isNamed || [...builtAs, ...names.filter(isOwn)].some((name) => from.includes(name)),
    };
  });
}

function toWanted(uses: readonly ImageUse[]): readonly Wanted[] {
  const repositories = [...new Set(uses.map(({ repository }) => repository))];
  return repositories.map((repository) => ({
    repository,
    names: uses.filter((use) => use.repository === repository).flatMap(({ names }) => names),
  }));
}

const whereUsed = (repository: string, uses: readonly ImageUse[]): string =>
  [...new Set(uses.filter((use) => use.repository === repository).map(({ at }) => at))]
    .slice(0, 2)
    .join(', ');

interface Chosen {
  readonly image: PlannedImage;
  readonly found: FoundDockerfile;
  readonly why: readonly string[];
}

interface Found {
  readonly repository: string;
  readonly dockerfiles: readonly string[];
  readonly why: string;
  readonly isGuess: boolean;
  readonly at: string;
  /** files */
  readonly usedIn?: readonly string[];
}

interface Outcome {
  readonly chosen?: Chosen;
  readonly question?: Question;
}

function choose(
  { repository, dockerfiles, why, isGuess, at, usedIn = [] }: Found,
  survey: Survey,
  answers: Answers,
): Outcome {
  const all = survey.dockerfiles.filter(({ path }) => dockerfiles.includes(path));
  const own = all.filter(({ path }) => !isSample(path));
  const fitting = own.length === 0 ? all : own;
  const { dockerfile, question } = chooseDockerfile(repository, fitting, {
    answers,
    isGuess,
    usedIn,
  });
  const asked = question ? { question } : {};
  if (!dockerfile) return asked;
  const built = planBuild(dockerfile, survey);
  const image = { name: repository, dockerfile: dockerfile.path, ...built.plan };
  return { chosen: { image, found: dockerfile, why: [`${at} runs it`, why, ...built.why] }, ...asked };
}

/** Images that chosen ones are built from and that another Dockerfile of the project builds; bases of bases, too. */
function findBases(
  chosen: readonly Chosen[],
  candidates: readonly Candidate[],
  survey: Survey,
): readonly Chosen[] {
  const bases: Chosen[] = [];
  const taken = new Set(chosen.map(({ found }) => found.path));
  for (const queue: Chosen[] = [...chosen]; queue.length > 0; ) {
    const next = queue.shift();
    const free = candidates.filter(({ dockerfile }) => !taken.has(dockerfile));
    for (const match of next ? matchBases(next, free) : []) {
      const at = `${next?.found.path} is built from it`;
      const base = choose({ ...match, at: '' }, survey, {}).chosen;
      if (!base || taken.has(base.found.path)) continue;
      taken.add(base.found.path);
      const found = { ...base, why: [at, ...base.why.slice(1)] };
      bases.unshift(found);
      queue.push(found);
    }
  }
  return bases;
}

function matchBases({ found, image }: Chosen, free: readonly Candidate[]) {
  const parsed = parseDockerfile(found.source, image.args ?? {}, 'linux/amd64');
  const stages = stagesFor(parsed, image.target) ?? [];
  const refs = imagesOf(parsed, stages).map(({ ref }) => parseImageName(ref));
  const own = refs.filter(({ digest, repository }) => digest === undefined && repository !== image.name);
  return matchImages(
    free,
    own.map(({ repository }) => ({ repository, names: [] })),
  ).filter(
    ({ repository, why }) =>
      why.startsWith('it is') &&
      (isOwn(repository) || free.some(({ builtAs }) => builtAs.includes(repository))),
  );
}
