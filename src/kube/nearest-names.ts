/**
 * The known names a mistyped one may have meant, nearest first, three at most. Pure.
 * Near is an edit distance of at most a third of the longer name, or one name beginning with the other.
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

function distanceOf(a: string, b: string): number {
  if (a === b) return 0;
  return a !== '' && b !== '' && (a.startsWith(b) || b.startsWith(a)) ? 1 : editDistance(a, b);
}

/** Levenshtein, one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
