import { parseImageName } from '../../build/image-name.ts';
import type { Survey } from '../survey/survey.ts';
import type { MadeServices } from './make-services.ts';
import { planBuild } from './plan-build.ts';
import { imageReason } from './propose-images.ts';

/** Adds the images that a compose file only names and another tool of the project builds, such as a Tiltfile. Pure. */
export function withToolBuilds(made: MadeServices, survey: Survey): MadeServices {
  const known = new Set(made.images.map(({ name }) => name));
  const run = new Set(made.sketches.map(({ image }) => parseImageName(image).repository));
  const found = [...run]
    .filter((name) => !known.has(name))
    .flatMap((name) => {
      const build = survey.builds.find(({ image }) => image === name);
      const dockerfile = survey.dockerfiles.find(({ path }) => path === build?.dockerfile);
      if (!build || !dockerfile) return [];
      const { plan, why } = planBuild(dockerfile, survey);
      const image = { name, dockerfile: dockerfile.path, ...plan };
      return [{ image, reason: imageReason(image, [`${build.at} builds it`, ...why]) }];
    });
  const built = new Set(found.map(({ image }) => image.dockerfile));
  return {
    ...made,
    images: [...made.images, ...found.map(({ image }) => image)],
    reasons: [...made.reasons, ...found.map(({ reason }) => reason)],
    leftOut: made.leftOut.filter((words) => !built.has(words.slice(0, words.indexOf(': ')))),
  };
}
