import { posix } from 'node:path';
import { stagesFor } from '../../build/dockerfile.ts';
import type { Answers, Question } from '../proposal.ts';
import { dockerfileStem } from '../survey/find-dockerfiles.ts';
import type { FoundDockerfile } from '../survey/survey.ts';
import { copiesSources } from './choose-target.ts';

interface Choice {
  readonly answers: Answers;
  readonly isGuess?: boolean;
  /** files that run the image */
  readonly usedIn?: readonly string[];
}

/**
 * Which of the Dockerfiles that fit an image is meant for development: of such as only differ in their folder the one
 * with the manifests, one that says so and makes a whole image, else the plain one. Several that fit are a question, and so is a guess. Pure.
 */
export function chooseDockerfile(
  image: string,
  fitting: readonly FoundDockerfile[],
  { answers, isGuess = false, usedIn = [] }: Choice,
): { readonly dockerfile?: FoundDockerfile; readonly question?: Question } {
  const [first] = fitting;
  if (!first || (fitting.length === 1 && !isGuess)) return first ? { dockerfile: first } : {};
  const forDevelopment = fitting.find((found) => isForDevelopment(found) && isWhole(found));
  const beside = besideOf(fitting, usedIn);
  const fallback =
    beside ?? forDevelopment ?? fitting.find((found) => dockerfileStem(found.path) === undefined) ?? first;
  const id = `image:${image}`;
  const given = answers[id];
  const dockerfile = fitting.find(({ path }) => path === given) ?? fallback;
  const isNone = isGuess && given === NONE;
  const question: Question = {
    id,
    ask: `Which Dockerfile builds ${image} for development?`,
    choices: [
      ...fitting.map(({ path }) => ({ value: path })),
      ...(isGuess ? [{ value: NONE, hint: 'it is pulled' }] : []),
    ],
    answer: isNone ? NONE : dockerfile.path,
    why: beside ? 'it lies beside the manifests' : whyOf(fitting, forDevelopment),
  };
  return { question, ...(isNone ? {} : { dockerfile }) };
}

const NONE = 'none';

/** `3-recommended/Dockerfile` for `3-recommended/web.yaml`, where there is `0-base/Dockerfile`, too. */
function besideOf(
  fitting: readonly FoundDockerfile[],
  usedIn: readonly string[],
): FoundDockerfile | undefined {
  if (new Set(fitting.map(({ path }) => posix.basename(path))).size > 1) return undefined;
  const beside = fitting.filter(({ path }) => {
    const folder = posix.dirname(path);
    return folder !== '.' && usedIn.some((file) => file.startsWith(`${folder}/`));
  });
  return beside.length === 1 ? beside[0] : undefined;
}

function whyOf(fitting: readonly FoundDockerfile[], forDevelopment: FoundDockerfile | undefined): string {
  if (fitting.length === 1) return 'nothing else is left to build it';
  return forDevelopment ? 'its name says so' : 'it is the plain one';
}

const isForDevelopment = ({ path }: FoundDockerfile): boolean =>
  /^(?:dev|develop|development|local|hot)$/i.test(dockerfileStem(path)?.split(/[._-]/).at(-1) ?? '');

/** One that counts on sources being mounted into it runs nothing in a cluster. */
const isWhole = ({ parsed }: FoundDockerfile): boolean => copiesSources(stagesFor(parsed, undefined) ?? []);
