/** What compose takes from files that git does not: it would end up in manifests, which git does take. */
export interface HiddenFiles {
  /** values of such a `.env` */
  readonly env: Readonly<Record<string, string>>;
  /** paths, relative to the project */
  readonly paths: ReadonlySet<string>;
}

/** Nothing is kept out of git, or nobody minds. */
export const NOTHING_HIDDEN: HiddenFiles = { env: {}, paths: new Set() };

/** The rest of a sentence about something of such a file. */
export const NOT_COPIED = 'kept out of git, so it is not copied: `--answer secrets=copy` copies it';

/**
 * Whether a value of a compose file never holds a secret, and may be made with those values: names of images, ports,
 * paths of builds. Pure.
 * @param path its keys from the top
 */
export function isPlain([top, , key = '', part]: readonly string[]): boolean {
  if (top !== 'services') return false;
  if (key === 'build') return part !== 'args';
  return /^(?:image|ports|expose|profiles|scale|deploy|env_file|volumes)$/.test(key);
}
