import { type Failure, RockpoolError } from '../session/failure.ts';
import { type Dockerfile, imagesOf, stagesFor } from './dockerfile.ts';
import { namesImage } from './image-name.ts';

/**
 * The images of the project that an image is built from: those that the FROM, COPY --from and RUN --mount=from lines
 * of its reachable stages name. An image that names itself means a published one. Pure.
 */
export function imageNeeds(
  image: {
    readonly name: string;
    readonly target?: string;
    readonly contexts?: Readonly<Record<string, string>>;
  },
  dockerfile: Dockerfile,
  names: readonly string[],
): readonly string[] {
  const stages = stagesFor(dockerfile, image.target) ?? [];
  const refs = imagesOf(dockerfile, stages, Object.keys(image.contexts ?? {})).map(({ ref }) => ref);
  return names.filter((name) => name !== image.name && refs.some((ref) => namesImage(ref, name)));
}

/**
 * The images in an order in which each comes after those it needs; independent ones keep their given order. Pure.
 * Throws a RockpoolError of code IMAGE_CYCLE that names the ring.
 */
export function orderImages(needs: Readonly<Record<string, readonly string[]>>): readonly string[] {
  const done = new Set<string>();
  const visit = (name: string, path: readonly string[]): void => {
    if (done.has(name)) return;
    if (path.includes(name))
      throw new RockpoolError(cycle([...path.slice(path.indexOf(name)), name]), { exitCode: 2 });
    for (const need of needs[name] ?? []) visit(need, [...path, name]);
    done.add(name);
  };
  for (const name of Object.keys(needs)) visit(name, []);
  return [...done];
}

function cycle(ring: readonly string[]): Failure {
  return {
    code: 'IMAGE_CYCLE',
    subject: `image/${ring[0]}`,
    message: `The images are built from each other in a ring: ${ring.join(' → ')}.`,
    hint: 'Take one of the FROM or COPY --from lines out of the ring.',
  };
}
