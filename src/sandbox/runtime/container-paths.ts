/** What is where: in the container's folder, and on this machine. */
export interface Places {
  /** the container's `/`, absolute */
  readonly root: string;
  /** of an absolute path of this machine */
  exists(path: string): boolean;
}

/**
 * A word of a command or a value of the environment with the container's absolute paths as those of its folder. Without
 * a chroot this is all that leads a program there: what is in its own code stays as it is. A path is the container's
 * when it is in its folder; when it is where programs keep what is their own, so that nothing of yours is touched; or
 * when the folder that it would be in is there and the machine has no such path. A `/` alone may mean anything, and
 * stays. Pure but for `places`.
 */
export function mapPaths(text: string, places: Places): string {
  return text.replace(PATHS, (all: string, before: string, path: string) =>
    isOfContainer(path, places) ? `${before}${places.root}${path}` : all,
  );
}

/** At the start, or after what divides words, options and lists; not within a URL or a relative path. */
const PATHS = /(^|[\s=:,;|&<>()'"`@])(\/[\w.@+~%-][\w.@+~%/-]*)/g;

/** The same for a whole command, in which a `/` alone is the container's where a program is told to work there. Pure. */
export function mapCommand(words: readonly string[], places: Places): string[] {
  const tool = words[0]?.split('/').at(-1) ?? '';
  const takesFolders = FILE_TOOLS.has(tool);
  const packs = tool === 'tar' && /^(-?[a-zA-Z]*c[a-zA-Z]*|--create)$/.test(words[1] ?? '');
  return words.flatMap((word, index) => {
    // The names in an archive are those of the container: kubectl cp looks for them.
    if (packs && isOperand(words, index) && isOfContainer(word, places))
      return ['-C', places.root, word.slice(1)];
    if (word === '/') return takesFolders || words[index - 1] === '-C' ? places.root : word;
    const isScript = index > 0 && /^-[a-z]*c$/.test(words[index - 1] ?? '');
    return mapPaths(isScript ? word.replace(AT_ROOT, `$1${places.root}`) : word, places);
  });
}

const isOperand = (words: readonly string[], index: number): boolean =>
  index > 1 && /^\/./.test(words[index] ?? '') && !/^-[a-zA-Z]*[fC]$/.test(words[index - 1] ?? '');

const FILE_TOOLS = new Set(['cd', 'cp', 'du', 'find', 'ls', 'mv', 'stat', 'tar', 'tree']);
/** `cd /`, `tar -C /`, `ls /` */
const AT_ROOT = /((?:^|[\s;&|(])(?:cd|ls|find|du|-C)\s+)\/(?=$|[\s;&|)])/g;

/** Folders that hold no programs of the machine, which containers use, too. */
const OWN = /^\/(app|data|go|home|media|mnt|opt|root|run|srv|tmp|var|work|workspace)(\/|$)/;

function isOfContainer(path: string, { root, exists }: Places): boolean {
  if (path === root || path.startsWith(`${root}/`)) return false;
  if (OWN.test(path) || exists(`${root}${path}`)) return true;
  const folder = path.replace(/\/+$/, '').replace(/\/[^/]*$/, '');
  return folder !== '' && exists(`${root}${folder}`) && !exists(path);
}
