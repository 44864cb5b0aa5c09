import library from '@balena/dockerignore';

/** The package is CommonJS with a default export of its own. */
const dockerignore = library.default;

/** What of a build context stays out. Paths are relative to the context and use `/`. */
export interface DockerIgnore {
  /** Whether a file or folder itself is excluded. */
  ignores(path: string): boolean;
  /** Whether a folder is excluded with all that could ever be in it, so that it need not be read. */
  prunes(folder: string): boolean;
  /** The line of .dockerignore (from 1) that excludes a path; undefined when none does, or a pattern of the configuration. */
  lineFor(path: string): number | undefined;
}

/**
 * Reads .dockerignore text and further patterns in its syntax. Pure. As Docker: rooted at the context, case counts, the
 * last match wins, a pattern for a folder covers what is in it.
 */
export function createDockerIgnore(text: string, more: readonly string[] = []): DockerIgnore {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const patterns = [...lines, ...more];
  const matcher = dockerignore({ ignorecase: false }).add(patterns.map(escapePattern));
  const kept = patterns.filter((pattern) => pattern.trim().startsWith('!')).map(segmentsOf);
  return {
    ignores: (path) => matcher.ignores(path),
    prunes: (folder) =>
      matcher.ignores(folder) && !kept.some((pattern) => mayMatchBelow(pattern, folder.split('/'))),
    lineFor: (path) => lineFor(path, lines),
  };
}

/** The library builds a RegExp without escaping these, and throws for `c++`. Docker takes them as they are. */
function escapePattern(pattern: string): string {
  return pattern.replace(/\\.|\[\^|[+(){}|^]/g, (found) => (found.length > 1 ? found : `\\${found}`));
}

function segmentsOf(pattern: string): string[] {
  return pattern
    .trim()
    .slice(1)
    .trim()
    .replace(/^\/+/, '')
    .split('/')
    .filter((segment) => segment !== '' && segment !== '.');
}

/** Whether a `!` pattern could match something in a folder. Errs towards yes: then the folder is read. */
function mayMatchBelow(pattern: readonly string[], folder: readonly string[]): boolean {
  for (const [index, name] of folder.entries()) {
    const segment = pattern[index];
    if (segment === undefined) return true;
    if (segment.includes('**')) return true;
    if (!/[*?[\\]/.test(segment) && segment !== name) return false;
  }
  return true;
}

function lineFor(path: string, lines: readonly string[]): number | undefined {
  const deciding = lines.findLastIndex((line) => {
    const pattern = line.trim().replace(/^!\s*/, '');
    if (pattern === '' || line.startsWith('#')) return false;
    return dockerignore({ ignorecase: false }).add(escapePattern(pattern)).ignores(path);
  });
  return deciding < 0 || lines[deciding]?.trim().startsWith('!') ? undefined : deciding + 1;
}
