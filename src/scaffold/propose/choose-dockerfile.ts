import { stagesFor } from '../../build/dockerfile.ts';
import type { Answers, Question } from '../proposal.ts';
import { dockerfileStem } from '../survey/find-dockerfiles.ts';
import type { FoundDockerfile } from '../survey/survey.ts';
import { copiesSources } from './choose-target.ts';

/**
 * Which of the Dockerfiles that fit an image is meant for development: one that says so and makes a whole image, else
 * the plain one. Several that fit are a question. Pure.
 */
export function chooseDockerfile(
  image: string,
  fitting: readonly FoundDockerfile[],
  answers: Answers,
): { readonly dockerfile: FoundDockerfile | undefined; readonly question?: Question } {
  const [first] = fitting;
  if (!first || fitting.length === 1) return { dockerfile: first };
  const forDevelopment = fitting.find((found) => isForDevelopment(found) && isWhole(found));
  const fallback =
    forDevelopment ?? fitting.find((found) => dockerfileStem(found.path) === undefined) ?? first;
  const id = `image:${image}`;
  const dockerfile = fitting.find(({ path }) => path === answers[id]) ?? fallback;
  const question: Question = {
    id,
    ask: `Which Dockerfile builds ${image} for development?`,
    choices: fitting.map(({ path }) => ({ value: path })),
    answer: dockerfile.path,
    why: forDevelopment ? 'its name says so' : 'it is the plain one',
  };
  return { dockerfile, question };
}

const isForDevelopment = ({ path }: FoundDockerfile): boolean =>
  /^(?:dev|develop|development|local|hot)$/i.test(dockerfileStem(path)?.split(/[._-]/).at(-1) ?? '');

/** One that counts on sources being mounted into it runs nothing in a cluster. */
const isWhole = ({ parsed }: FoundDockerfile): boolean => copiesSources(stagesFor(parsed, undefined) ?? []);
