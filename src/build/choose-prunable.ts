import type { DaemonImage } from './docker-daemon.ts';
import { IMAGE_LABELS } from './image-labels.ts';
import { parseImageName } from './image-name.ts';

/** What stays of the project's images. Refs are as manifests, pods and container statuses write them. */
export interface PruneRules {
  /** the project */
  readonly app: string;
  /** named by anything in the cluster, or needed by the session: stays whatever its age */
  readonly used: Iterable<string>;
  /** what the session worked with last, newest first: newer than all others */
  readonly recent: readonly string[];
}

/** An image that may go. */
export interface Prunable {
  /** its tags of ours: all that is taken away */
  readonly refs: readonly string[];
  /** that are free then */
  readonly bytes: number;
}

/** Generations of each image that stay, for a branch that is switched back. */
export const KEPT_GENERATIONS = 10;
/** Unique bytes of all images of a project together, above which older generations go too. */
export const KEPT_BYTES = 5 * 1024 ** 3;

/**
 * The images of the project that nobody needs, the oldest first: no one names them, and they are not among the last ten
 * generations, or all that is kept would be above 5 GiB. Of images that carry the project's label, only the tags that
 * are a content hash of ours are named. Pure, and idempotent: once they are gone, none is chosen.
 */
export function choosePrunable(images: readonly DaemonImage[], rules: PruneRules): readonly Prunable[] {
  const used = new Set([...rules.used].flatMap(identities));
  const ages = new Map(rules.recent.map((ref, index) => [identities(ref)[0], index]));
  const own = images.flatMap((image) => toOwn(image, rules.app, used, ages)).sort(newestFirst);
  let kept = own.reduce((sum, { inUse, bytes }) => sum + (inUse ? bytes : 0), 0);
  let isFull = false;
  const ranks = new Map<string, number>();
  const chosen = own.filter(({ name, bytes, inUse }) => {
    const rank = (ranks.get(name) ?? 0) + 1;
    ranks.set(name, rank);
    if (inUse) return false;
    if (rank > KEPT_GENERATIONS) return true;
    isFull ||= kept + bytes > KEPT_BYTES;
    if (!isFull) kept += bytes;
    return isFull;
  });
  return chosen.reverse().map(({ refs, bytes, isShared }) => ({ refs, bytes: isShared ? 0 : bytes }));
}

interface OwnImage extends Prunable {
  /** of the image, as the manifests write it */
  readonly name: string;
  readonly inUse: boolean;
  /** it has a name that is not ours, and so stays when it lost ours */
  readonly isShared: boolean;
  /** place among the recent ones */
  readonly age: number;
  readonly createdAt: number;
}

/** undefined when the image is not of the project, or has no tag of ours. */
function toOwn(
  { id, names, labels, createdAt, bytes, inUse }: DaemonImage,
  app: string,
  used: ReadonlySet<string>,
  ages: ReadonlyMap<string | undefined, number>,
): OwnImage[] {
  const name = labels[IMAGE_LABELS.image];
  if (name === undefined || labels[IMAGE_LABELS.app] !== app) return [];
  const refs = names.filter((ref) => isContentTag(ref, name));
  if (refs.length === 0) return [];
  const isShared = names.some((ref) => !refs.includes(ref) && !isOfStore(ref, refs));
  const isNamed = [id, ...names].flatMap(identities).some((identity) => used.has(identity));
  const age = Math.min(...refs.map((ref) => ages.get(identities(ref)[0]) ?? Number.POSITIVE_INFINITY));
  return [{ name, refs, bytes, createdAt, age, isShared, inUse: inUse || isNamed }];
}

function isContentTag(ref: string, name: string): boolean {
  const { repository, tag, digest } = parseImageName(ref);
  const own = parseImageName(name).repository;
  // the project's own name, or that name in a registry that the nodes pull from
  const isOurs = (repository === own || repository.endsWith(`/${own}`)) && digest === undefined;
  return isOurs && /^rp-[0-9a-f]{20}$/.test(tag ?? '');
}

/** Names that the store gives by itself: the kubelet's `sha256:…`, and digests of a repository that is ours. */
function isOfStore(ref: string, own: readonly string[]): boolean {
  const { repository, digest } = parseImageName(ref);
  if (repository === 'sha256') return true;
  return digest !== undefined && own.some((tagged) => parseImageName(tagged).repository === repository);
}

/** Ways to say the same image: by name and tag, and by digest or ID. Container statuses put a scheme before them. */
function identities(text: string): string[] {
  const { repository, tag, digest } = parseImageName(text.replace(/^[a-z][a-z0-9+.-]*:\/\//, ''));
  const named = tag === undefined && digest !== undefined ? [] : [`${repository}:${tag ?? 'latest'}`];
  return digest === undefined ? named : [...named, digest];
}

function newestFirst(a: OwnImage, b: OwnImage): number {
  if (a.age !== b.age) return a.age < b.age ? -1 : 1;
  return b.createdAt - a.createdAt || ((a.refs[0] ?? '') < (b.refs[0] ?? '') ? -1 : 1);
}
