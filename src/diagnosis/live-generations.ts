import type { ImageState } from '../session/state.ts';

/** The generations of the image among the refs that a workload serves with, oldest first. Pure. */
export function liveGenerations(image: ImageState, serving: readonly string[]): readonly number[] {
  const byRef = new Map(image.refs.map(({ ref, generation }) => [ref, generation]));
  const live = serving.flatMap((ref) => byRef.get(ref) ?? []);
  return [...new Set(live)].toSorted((a, b) => a - b);
}
