import { podTemplatePath } from '../../deploy/pod-templates.ts';
import type { Answers, Question } from '../proposal.ts';
import type { FoundDockerfile, Survey } from '../survey/survey.ts';
import { isSample } from './is-sample.ts';
import { madeFromCompose } from './made-from-compose.ts';
import { type MadeServices, makeServices } from './make-services.ts';
import type { ProposedImages } from './propose-images.ts';
import type { FoundCompose } from './read-project-compose.ts';
import type { Source } from './source.ts';

interface Beside {
  readonly name: string;
  readonly survey: Survey;
  readonly compose: FoundCompose | undefined;
  readonly answers: Answers;
  /** images of the manifests */
  readonly images: ProposedImages;
}

/**
 * What a project has beside the manifests that are there: services of the compose file, and Dockerfiles of programs that
 * listen. They are made when that is answered, since manifests that are there mostly are all that is meant. Pure.
 */
export function makeRest(sources: readonly Source[], beside: Beside): MadeServices {
  const { compose, survey, answers } = beside;
  const workloads = sources.flatMap(({ objects }) =>
    objects.filter(({ manifest }) => podTemplatePath(manifest)),
  );
  const names = new Set(workloads.map(({ manifest }) => manifest.metadata.name));
  const without = (made: MadeServices) => only(made, (name) => !names.has(name));
  const ofCompose = compose && isUsual(compose.file) ? without(madeFromCompose(compose, [])) : NOTHING;
  const ofDockerfiles = compose
    ? NOTHING
    : without(makeServices(unusedIn(beside), { ...beside, survey, answers }));
  const listening = only(ofDockerfiles, (name) =>
    ofDockerfiles.sketches.some((sketch) => sketch.name === name && sketch.ports.length > 0),
  );
  return together([
    asked(
      'compose',
      ofCompose,
      answers,
      (names) => `${compose?.file} also has ${names}, and no manifest runs it.`,
    ),
    asked('services', listening, answers, (names) => `${names}: there is a Dockerfile, and no manifest.`),
  ]);
}

/** What `docker compose up` takes; others are for something else than what the manifests run. */
const isUsual = (file: string): boolean => /(?:^|\/)(?:docker-)?compose\.ya?ml$/.test(file);

const NOTHING: MadeServices = { images: [], sketches: [], reasons: [], questions: [], leftOut: [] };

/** Dockerfiles in folders where none builds an image of the manifests: others beside one that does are its variants. */
function unusedIn({ survey, images }: Beside): readonly FoundDockerfile[] {
  const used = new Set(images.images.map(({ dockerfile }) => dockerfile));
  const folders = new Set([...used].map((path) => path.slice(0, path.lastIndexOf('/') + 1)));
  return survey.dockerfiles.filter(
    ({ path }) => !isSample(path) && !folders.has(path.slice(0, path.lastIndexOf('/') + 1)),
  );
}

/** Some of the services, with the images that they run. */
function only(made: MadeServices, fits: (name: string) => boolean): MadeServices {
  const sketches = made.sketches.filter(({ name }) => fits(name));
  const run = new Set(sketches.map(({ image }) => image));
  const isRun = made.images.map(({ name }) => run.has(name));
  return {
    ...NOTHING,
    sketches,
    images: made.images.filter((_, index) => isRun[index]),
    reasons: made.reasons.filter(({ what }) =>
      [...run].some((name) => what.startsWith(`image ${name} from `)),
    ),
  };
}

function asked(
  id: string,
  made: MadeServices,
  answers: Answers,
  words: (names: string) => string,
): MadeServices {
  if (made.sketches.length === 0) return NOTHING;
  const isMade = answers[id] === 'make';
  const names = made.sketches.map(({ name }) => name);
  const question: Question = {
    id,
    ask: `${words(names.join(', '))} Make manifests?`,
    choices: [
      { value: 'leave', hint: 'the manifests are all that is meant' },
      { value: 'make', hint: names.map((name) => `${name}.yaml`).join(', ') },
    ],
    answer: isMade ? 'make' : 'leave',
    why: 'there are manifests',
  };
  return { ...(isMade ? made : NOTHING), questions: [question] };
}

function together(all: readonly MadeServices[]): MadeServices {
  return {
    images: all.flatMap(({ images }) => images),
    sketches: all.flatMap(({ sketches }) => sketches),
    reasons: all.flatMap(({ reasons }) => reasons),
    questions: all.flatMap(({ questions }) => questions),
    leftOut: all.flatMap(({ leftOut }) => leftOut),
  };
}
