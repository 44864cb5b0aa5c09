import { posix } from 'node:path';
import { imagesOf } from '../../build/dockerfile.ts';
import { parseImageName } from '../../build/image-name.ts';
import { readDockerfileFacts } from '../dockerfile-facts.ts';
import type { Answers, LeftOut, Question, Reason, ServiceSketch } from '../proposal.ts';
import type { FoundDockerfile, Survey } from '../survey/survey.ts';
import { chooseDockerfile } from './choose-dockerfile.ts';
import type { PlannedImage } from './config-text.ts';
import { exampleEnv } from './example-env.ts';
import { filesIn } from './files-in.ts';
import { isImageName } from './is-image-name.ts';
import { isSample } from './is-sample.ts';
import { namesOf } from './match-images.ts';
import { planBuild } from './plan-build.ts';
import { imageReason } from './propose-images.ts';

export interface MadeServices {
  readonly images: readonly PlannedImage[];
  readonly sketches: readonly ServiceSketch[];
  readonly reasons: readonly Reason[];
  readonly questions: readonly Question[];
  readonly leftOut: readonly LeftOut[];
}

/**
 * Images and sketches for the Dockerfiles of a project that has no manifests: one program for each folder of them; what
 * only others are built from is an image alone. Pure.
 * @param name of the project
 */
export function makeServices(
  dockerfiles: readonly FoundDockerfile[],
  { name, survey, answers }: { readonly name: string; readonly survey: Survey; readonly answers: Answers },
): MadeServices {
  const own = withoutSamples(dockerfiles);
  const programs = groupPrograms(own, survey).map((group) =>
    toProgram(group, { name, survey, answers }, own),
  );
  const isBase = ({ image }: Program) => programs.some(({ found }) => buildsOn(found, image.name));
  return {
    images: [...programs.filter(isBase), ...programs.filter((program) => !isBase(program))].map(
      ({ image }) => image,
    ),
    sketches: programs.filter((program) => !isBase(program)).map(({ sketch }) => sketch),
    reasons: programs.map(({ image, why }) => imageReason(image, why)),
    questions: programs.flatMap(({ question }) => question ?? []),
    leftOut: [
      ...dockerfiles
        .filter((found) => !own.includes(found))
        .map(({ path }) => `${path}: lies in a folder of samples or tests`),
      ...programs.flatMap(({ leftOut }) => leftOut),
    ],
  };
}

interface Program {
  readonly found: FoundDockerfile;
  readonly image: PlannedImage;
  readonly sketch: ServiceSketch;
  readonly why: readonly string[];
  readonly question?: Question | undefined;
  readonly leftOut: readonly LeftOut[];
}

function withoutSamples(dockerfiles: readonly FoundDockerfile[]): readonly FoundDockerfile[] {
  const own = dockerfiles.filter(({ path }) => !isSample(path));
  return own.length === 0 ? dockerfiles : own;
}

interface Group {
  readonly name: string;
  readonly variants: readonly FoundDockerfile[];
}

/** `web/Dockerfile` and `web/Dockerfile.dev` are one program. */
function groupPrograms(dockerfiles: readonly FoundDockerfile[], survey: Survey): readonly Group[] {
  const groups = new Map<string, FoundDockerfile[]>();
  for (const found of dockerfiles) {
    const { context } = planBuild(found, survey).plan;
    const [name = survey.name] = namesOf(found.path, context, survey.name);
    groups.set(name, [...(groups.get(name) ?? []), found]);
  }
  return [...groups].map(([name, variants]) => ({ name, variants }));
}

interface Around {
  readonly name: string;
  readonly survey: Survey;
  readonly answers: Answers;
}

function toProgram(
  group: Group,
  { name, survey, answers }: Around,
  all: readonly FoundDockerfile[],
): Program {
  const service = group.name === survey.name ? name : group.name;
  const written = survey.builds.find(
    ({ dockerfile, image }) =>
      image !== undefined && isImageName(image) && group.variants.some(({ path }) => path === dockerfile),
  );
  const image = written?.image ?? baseName(group, all) ?? (service === name ? name : `${name}/${service}`);
  const { dockerfile: found = group.variants[0], question } = chooseDockerfile(image, group.variants, {
    answers,
  });
  if (!found) throw new Error(`a program without a Dockerfile: ${group.name}`);
  const { plan, why } = planBuild(found, survey);
  const env = exampleEnv(plan.context, survey, service === name);
  return {
    found,
    image: { name: image, dockerfile: found.path, ...plan },
    sketch: sketchOf(service, image, { found, plan, survey, env }),
    why: [...baseOf(image, all), ...why, ...env.why],
    question,
    leftOut: env.leftOut,
  };
}

/** What other Dockerfiles of the project call it in their FROM lines. */
function baseName({ variants }: Group, all: readonly FoundDockerfile[]): string | undefined {
  const folder = posix.basename(posix.dirname(variants[0]?.path ?? ''));
  return all
    .filter((found) => !variants.includes(found))
    .flatMap(({ parsed }) => imagesOf(parsed, parsed.stages).map(({ ref }) => parseImageName(ref).repository))
    .find((repository) => repository.includes('/') && posix.basename(repository) === folder);
}

/** For whom an image is that is only built from. */
const baseOf = (image: string, all: readonly FoundDockerfile[]): readonly string[] =>
  all.filter((found) => buildsOn(found, image)).map(({ path }) => `${path} is built from it`);

const buildsOn = ({ parsed }: FoundDockerfile, image: string): boolean =>
  imagesOf(parsed, parsed.stages).some(({ ref }) => parseImageName(ref).repository === image);

interface SketchSources {
  readonly found: FoundDockerfile;
  readonly plan: Pick<PlannedImage, 'context' | 'target' | 'args'>;
  readonly survey: Survey;
  readonly env: ReturnType<typeof exampleEnv>;
}

function sketchOf(name: string, image: string, { found, plan, survey, env }: SketchSources): ServiceSketch {
  const { target, args = {}, context } = plan;
  const facts = readDockerfileFacts(found.source, {
    ...(target === undefined ? {} : { target }),
    args,
    files: filesIn(context, survey),
  });
  const { health } = facts ?? {};
  const asked = health && 'path' in health ? { path: health.path } : health;
  return {
    name,
    image,
    ports: facts?.ports ?? [],
    env: env.env,
    secretEnv: env.secretEnv,
    volumes: [],
    replicas: 1,
    ...(asked === undefined ? {} : { health: asked }),
  };
}
