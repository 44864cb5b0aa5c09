/**
 * The known names a mistyped one may have meant, nearest first, three at most. Pure.
 * Near is at most a third of the longer name mistyped, or a name cut short; case does not count.
 */
export function nearestNames(wanted: string, known: Iterable<string>): readonly string[] {
  const low = wanted.toLowerCase();
  return [...new Set(known)]
    .map((name) => ({ name, distance: distanceOf(low, name.toLowerCase()) }))
    .filter(({ name, distance }) => distance <= Math.max(name.length, wanted.length) / 3)
    .sort((a, b) => a.distance - b.distance || (a.name < b.name ? -1 : 1))
    .slice(0, 3)
    .map(({ name }) => name);
}

/** `did you mean "x"?`, or undefined when nothing known is near. Pure. */
export function didYouMean(word: string, known: Iterable<string>): string | undefined {
  const [name] = nearestNames(word, known);
  return name === undefined ? undefined : `did you mean "${name}"?`;
}

function distanceOf(a: string, b: string): number {
  if (a === b) return 0;
  return a !== '' && b.startsWith(a) ? 1 : editDistance(a, b);
}

/** Letters put in, left out, exchanged, or swapped with their neighbour (optimal string alignment), row by row. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const exchanged = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = isSwap ? (before[j - 2] ?? 0) + 1 : exchanged;
      next.push(Math.min(exchanged, swapped, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    before = row;
    row = next;
  }
  return row[b.length] ?? 0;
}
