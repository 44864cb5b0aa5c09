/** Shorter values would blank out half of every line, and keep no secret. */
const SHORTEST = 4;

/**
 * Takes the values of build arguments out of texts for people and logs, by their names: BuildKit writes a RUN line with
 * its variables filled in. Pure.
 */
export function createMask(args: Readonly<Record<string, string>>): (text: string) => string {
  const values = Object.entries(args)
    .filter(([, value]) => value.length >= SHORTEST)
    .sort(([, a], [, b]) => b.length - a.length);
  return (text) => values.reduce((masked, [name, value]) => masked.replaceAll(value, `$${name}`), text);
}
