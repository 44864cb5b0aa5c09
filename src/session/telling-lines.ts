/** Lines that say what went wrong, of compilers, package managers and runtimes. */
const telling =
  /\b(error|errors|err!?|fail|fails|failed|failure|fatal|panic|exception|traceback)\b|\w(Error|Exception)\b/i;
/** What says nothing of it. */
const noise = /^\s*$|^npm (notice|http)\b/;

/**
 * Of an output the lines that matter, in their order: those that speak of an error, the first ones first, then the last
 * ones; blank lines and notices are left out. Pure.
 */
export function tellingLines(output: readonly string[], count: number): readonly string[] {
  const lines = output.filter((line) => !noise.test(line));
  const all = lines.map((line, index) => ({ index, isTelling: telling.test(line) }));
  const first = [
    ...all.filter(({ isTelling }) => isTelling),
    ...all.filter(({ isTelling }) => !isTelling).toReversed(),
  ];
  const chosen = new Set(first.slice(0, Math.max(0, count)).map(({ index }) => index));
  return lines.filter((_, index) => chosen.has(index));
}
