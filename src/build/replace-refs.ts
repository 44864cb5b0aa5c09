import type { Word } from './dockerfile-instructions.ts';

/**
 * The Dockerfile with some of its words replaced. Lines stay where they are. Pure.
 * Parallel builds and older generations each get the very image they were planned with, which a moving tag
 * (`base:latest`) would not give them.
 */
export function replaceRefs(source: string, refs: ReadonlyMap<Word, string>): string {
  const fromTheEnd = [...refs].sort(([a], [b]) => b.start - a.start);
  return fromTheEnd.reduce(
    (text, [{ start, end }, ref]) => text.slice(0, start) + ref + text.slice(end),
    source,
  );
}
