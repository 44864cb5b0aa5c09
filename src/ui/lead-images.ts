import type { ContainerObserved, PodObserved } from '../session/observed.ts';
import type { ImageState } from '../session/state.ts';

/**
 * The images by whose generation a workload is known: without those that are seen to run in init containers only,
 * unless no app container runs an image of the project. Pure. @param images of the project, that the workload runs
 * @param pods of it
 */
export function leadImages(
  images: readonly ImageState[],
  pods: readonly PodObserved[],
): readonly ImageState[] {
  const inApps = seenIn('app', pods);
  const inInits = seenIn('init', pods);
  const isLed = (image: ImageState) => !runs(inApps, image) && runs(inInits, image);
  return images.some((image) => runs(inApps, image)) ? images.filter((image) => !isLed(image)) : images;
}

function seenIn(kind: ContainerObserved['kind'], pods: readonly PodObserved[]): ReadonlySet<string> {
  const containers = pods.flatMap((pod) => pod.containers).filter((container) => container.kind === kind);
  return new Set(containers.map(({ image }) => image));
}

function runs(seen: ReadonlySet<string>, { refs }: ImageState): boolean {
  return refs.some(({ ref }) => seen.has(ref));
}
