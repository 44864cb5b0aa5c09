/** Paths that some file system takes for one. */
export interface Collision {
  readonly first: string;
  readonly second: string;
}

/**
 * Paths, and folders on the way to them, that differ only by case or by Unicode normalisation, or are both a file and a
 * folder: on macOS and Windows one would overwrite the other. Each pair is told once. Pure.
 */
export function nameCollisions(paths: readonly string[]): readonly Collision[] {
  const known = new Map<string, Place>();
  const found = new Map<string, Collision>();
  for (const path of paths) {
    for (const place of placesOf(path)) {
      const key = fold(place.path);
      const other = known.get(key);
      if (!other) known.set(key, place);
      else if (!isSame(other, place)) found.set(key, { first: other.path, second: place.path });
    }
  }
  return [...found.values()];
}

interface Place {
  readonly path: string;
  readonly isFile: boolean;
}

/** The file and every folder on the way to it. */
function placesOf(path: string): readonly Place[] {
  const parts = path.split('/');
  return parts.map((_, index) => ({
    path: parts.slice(0, index + 1).join('/'),
    isFile: index === parts.length - 1,
  }));
}

const isSame = (a: Place, b: Place): boolean => a.path === b.path && !a.isFile && !b.isFile;

/** At least as coarse as APFS, HFS+ and NTFS. */
const fold = (path: string): string => path.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC');
