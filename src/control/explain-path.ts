import { below } from '../watch/path-below.ts';
import {
  type ImageRule,
  isInImage,
  isInput,
  isManifest,
  isNoise,
  isSynced,
  type WatchRules,
} from '../watch/watch-rules.ts';

/** What a file is to a project. */
export interface Explanation {
  /** relative to the project where it lies inside it */
  readonly path: string;
  readonly images: readonly { readonly name: string; readonly because: string }[];
  /** what there is to say of it beside that */
  readonly notes: readonly string[];
  /** entries of `manifests` that read it, or something in it */
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
  /** of `manifests`, as rockpool.yaml writes them, in the order of the rules; rules of what they take in follow */
  readonly entries: readonly string[];
  /** charts and kustomizations in words, in the order of the rules */
  readonly generated: readonly string[];
  /** absolute, links resolved */
  readonly path: string;
  /** the files that an entry finds, absolute, links resolved */
  readonly finds: (entry: string) => readonly string[];
  /** what there is at the path now */
  readonly is: 'file' | 'folder' | 'nothing';
  /** the .dockerignore in force for an image, relative to the project, and its lines */
  readonly ignoreFile: (
    image: string,
  ) => { readonly file: string; readonly lines: readonly string[] } | undefined;
  /** resources that run an image, in words; undefined when the manifests do not render */
  readonly users: (image: string) => readonly string[] | undefined;
}

/** What a file or folder belongs to, or why it is ignored, and what a change of it would cause. Pure. */
export function explainPath(request: ExplainRequest): Explanation {
  const { rules, entries, path, is } = request;
  const shown = below(rules.root, path) ?? path;
  const there = is === 'nothing' ? ['nothing is there now'] : is === 'folder' ? ['it is a folder'] : [];
  if (isNoise(path)) return { ...nothing(shown, [noise(shown)]), notes: there };
  const images = rules.images.flatMap((rule) => inImage(rule, rules.root, path));
  const manifests = [...entries.filter((entry) => reads(request, entry)), ...rendersFrom(request)];
  const isTakenIn = manifests.length === 0 && rules.manifests.some((rule) => isManifest(rule, path));
  const config = rules.config.includes(path) || rules.images.some(({ files }) => files.includes(path));
  const left = rules.images.flatMap((rule) => leftOut(rule, request));
  const notes = isTakenIn ? [...there, TAKEN_IN] : there;
  if (![images, manifests, left].some(({ length }) => length > 0) && !config && !isTakenIn) {
    return { ...nothing(shown, ['it is in no build context, and no entry of manifests reads it']), notes };
  }
  const found = { images, manifests, config };
  return { path: shown, notes, ...found, ignored: left, causes: causesOf({ ...found, isTakenIn }, request) };
}

const TAKEN_IN = 'no entry of manifests reads it: it counts where a template takes it in';

/** Of a folder, anything that lies in it. What is not there yet counts as far as the entry's folder tells. */
function reads({ rules, entries, path, is, finds }: ExplainRequest, entry: string): boolean {
  const rule = rules.manifests[entries.indexOf(entry)];
  if (is === 'nothing') return rule !== undefined && isManifest(rule, path);
  return finds(entry).some((file) => file === path || (is === 'folder' && below(path, file) !== undefined));
}

/** Charts and kustomizations that are rendered from it, or from something in it. */
function rendersFrom({ rules, generated, path, is }: ExplainRequest): readonly string[] {
  return generated.filter((_, index) => {
    const rule = rules.inputs[index];
    if (!rule) return false;
    const holds =
      is === 'folder' && [...rule.files, ...rule.folders].some((file) => below(path, file) !== undefined);
    return isInput(rule, path) || holds;
  });
}

function nothing(path: string, ignored: readonly string[]): Omit<Explanation, 'notes'> {
  return { path, images: [], manifests: [], config: false, ignored, causes: [] };
}

function noise(path: string): string {
  if (/(^|\/)\.git(\/|$)/.test(path)) return 'it is git’s own';
  if (/(^|\/)\.rockpool(\/|$)/.test(path)) return 'it is rockpool’s own';
  return 'editors and file managers leave such files beside others: they are no sources';
}

function inImage(rule: ImageRule, root: string, path: string): { name: string; because: string }[] {
  const { name, files, contexts, context } = rule;
  if (below(path, context) !== undefined) return [{ name, because: 'its build context is in it' }];
  if (!isInImage(rule, path)) return [];
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
  {
    images,
    manifests,
    config,
    isTakenIn,
  }: Pick<Explanation, 'images' | 'manifests' | 'config'> & { readonly isTakenIn: boolean },
  { users, rules, path }: ExplainRequest,
): string[] {
  const builds = images.map(({ name }) => {
    const rule = rules.images.find((candidate) => candidate.name === name);
    if (rule && isSynced(rule, path))
      return `it is synced into the running containers of ${name}, else it is built`;
    const who = users(name);
    if (who === undefined) return `image ${name} is built`;
    return who.length === 0
      ? `image ${name} is built, which no manifest uses`
      : `image ${name} is built, and ${who.join(', ')} applied`;
  });
  return [
    ...(config ? ['the configuration is read again'] : []),
    ...builds,
    ...(manifests.length > 0 || isTakenIn
      ? ['the manifests are rendered, and those that changed applied']
      : []),
  ];
}
