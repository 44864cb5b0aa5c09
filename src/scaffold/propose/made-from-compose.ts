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
        ...(compose.notSynced[image.name] ?? []),
      ]),
    ),
    questions: compose.questions,
    leftOut: [
      ...compose.leftOut,
      ...dockerfiles
        .filter(({ path }) => !built.has(path))
        .map(({ path }) => `${path}: ${file} does not build it`),
    ],
  };
}
