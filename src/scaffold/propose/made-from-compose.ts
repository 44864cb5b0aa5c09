import type { Answers, Question, ServiceSketch } from '../proposal.ts';
import type { FoundDockerfile } from '../survey/survey.ts';
import type { MadeServices } from './make-services.ts';
import { imageReason } from './propose-images.ts';
import type { FoundCompose } from './read-project-compose.ts';

/** Images and sketches of a compose file, for a project without manifests. Pure. */
export function madeFromCompose(
  compose: FoundCompose,
  dockerfiles: readonly FoundDockerfile[],
): MadeServices {
  const { images, sketches, file, builds } = compose;
  const built = new Set(builds.map(({ dockerfile }) => dockerfile));
  return {
    images: images.map((image, index) => ({
      ...image,
      dockerfile: builds[index]?.dockerfile ?? '',
    })),
    sketches,
    reasons: images.map((image, index) =>
      imageReason({ ...image, dockerfile: builds[index]?.dockerfile ?? '' }, [
        `${file} builds it`,
        ...image.sync.map(({ from, reason }) => `${from} is synced: ${reason}`),
      ]),
    ),
    questions: [],
    leftOut: [
      ...compose.leftOut,
      ...dockerfiles
        .filter(({ path }) => !built.has(path))
        .map(({ path }) => `${path}: ${file} does not build it`),
    ],
  };
}

/**
 * What a compose file has beside the manifests that are there: services of whose name there is no workload. They are
 * made when that is answered, since manifests that are there mostly are all that is meant. Pure.
 */
export function composeRest(
  { file, sketches }: FoundCompose,
  workloads: ReadonlySet<string>,
  answers: Answers,
): { readonly sketches: readonly ServiceSketch[]; readonly questions: readonly Question[] } {
  const rest = sketches.filter(({ name }) => !workloads.has(name));
  if (rest.length === 0) return { sketches: [], questions: [] };
  const names = rest.map(({ name }) => name).join(', ');
  const answer = answers['compose'] === 'make' ? 'make' : 'leave';
  const question: Question = {
    id: 'compose',
    ask: `${file} also has ${names}, and no manifest has. Make manifests for them?`,
    choices: [
      { value: 'leave', hint: 'the manifests are all that is meant' },
      { value: 'make', hint: rest.map(({ name }) => `k8s/${name}.yaml`).join(', ') },
    ],
    answer,
    why: 'there are manifests',
  };
  return { sketches: answer === 'make' ? rest : [], questions: [question] };
}
