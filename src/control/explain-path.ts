import { below } from '../watch/path-below.ts';
import { type ImageRule, isInImage, isManifest, isNoise, type WatchRules } from '../watch/watch-rules.ts';

/** What a file is to a project. */
export interface Explanation {
  /** relative to the project where it lies inside it */
  readonly path: string;
  readonly images: readonly { readonly name: string; readonly because: string }[];
  /** entries of `manifests` that may read it */
  readonly manifests: readonly string[];
  /** the configuration is read again when it changes */
  readonly config: boolean;
  /** why it is left out of something that it lies in */
  readonly ignored: readonly string[];
  /** what a change of it causes, in words */
  readonly causes: readonly string[];
}

export interface ExplainRequest {
  readonly rules: WatchRules;
  /** as rockpool.yaml writes them, in the order of the rules */
  readonly entries: readonly string[];
  /** so many of them are of `manifests`; the others are of what those take in */
  readonly manifests: number;
  /** absolute, links resolved */
  readonly path: string;
  /** the .dockerignore in force for an image, relative to the project, and its lines */
  readonly ignoreFile: (
    image: string,
  ) => { readonly file: string; readonly lines: readonly string[] } | undefined;
  /** resources that run an image, in words; undefined when the manifests do not render */
  readonly users: (image: string) => readonly string[] | undefined;
}

/** What a file belongs to, or why it is ignored, and what a change of it would cause. Pure. */
export function explainPath(request: ExplainRequest): Explanation {
  const { rules, entries, path } = request;
  const shown = below(rules.root, path) ?? path;
  if (isNoise(path)) return nothing(shown, [noise(shown)]);
  const images = rules.images.flatMap((rule) => inImage(rule, rules.root, path));
  const readers = rules.manifests.flatMap((rule, index) =>
    isManifest(rule, path) ? [entries[index] ?? ''] : [],
  );
  // What a manifest may take in lies in the same folders: the plain entry says it.
  const named = readers.filter((entry) => entries.indexOf(entry) < request.manifests);
  const manifests = named.length > 0 ? named : readers;
  const config = rules.config.includes(path) || rules.images.some(({ files }) => files.includes(path));
  const left = rules.images.flatMap((rule) => leftOut(rule, request));
  const found = { images, manifests, config };
  if (images.length === 0 && manifests.length === 0 && !config && left.length === 0) {
    return nothing(shown, ['it is in no build context, and no entry of manifests reads it']);
  }
  return { path: shown, ...found, ignored: left, causes: causesOf(found, request) };
}

function nothing(path: string, ignored: readonly string[]): Explanation {
  return { path, images: [], manifests: [], config: false, ignored, causes: [] };
}

function noise(path: string): string {
  if (/(^|\/)\.git(\/|$)/.test(path)) return 'it is git’s own';
  if (/(^|\/)\.rockpool(\/|$)/.test(path)) return 'it is rockpool’s own';
  return 'editors and file managers leave such files beside others: they are no sources';
}

function inImage(rule: ImageRule, root: string, path: string): { name: string; because: string }[] {
  if (!isInImage(rule, path)) return [];
  const { name, files, contexts, context } = rule;
  const other = contexts.find((folder) => below(folder, path) !== undefined);
  if (files.includes(path)) return [{ name, because: 'it says how the image is built' }];
  const folder = other ?? context;
  return [{ name, because: `it is in its build context ${below(root, folder) || '.'}` }];
}

function leftOut(rule: ImageRule, { path, ignoreFile }: ExplainRequest): string[] {
  const rest = below(rule.context, path);
  if (rest === undefined || rest === '' || isInImage(rule, path)) return [];
  const line = rule.ignore.lineFor(rest);
  const file = ignoreFile(rule.name);
  const pattern = line === undefined ? undefined : file?.lines[line - 1]?.trim();
  if (line === undefined || !file)
    return [`${rule.name} leaves it out: a pattern under ignore in rockpool.yaml`];
  return [`${rule.name} leaves it out: ${file.file}:${line}${pattern ? ` (${pattern})` : ''}`];
}

function causesOf(
  { images, manifests, config }: Pick<Explanation, 'images' | 'manifests' | 'config'>,
  { users }: ExplainRequest,
): string[] {
  const builds = images.map(({ name }) => {
    const who = users(name);
    if (who === undefined) return `image ${name} is built`;
    return who.length === 0
      ? `image ${name} is built, which no manifest uses`
      : `image ${name} is built, and ${who.join(', ')} applied`;
  });
  return [
    ...(config ? ['the configuration is read again'] : []),
    ...builds,
    ...(manifests.length > 0 ? ['the manifests are rendered, and those that changed applied'] : []),
  ];
}
