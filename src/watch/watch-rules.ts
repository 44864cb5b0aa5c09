import type { DockerIgnore } from '../build/docker-ignore.ts';
import type { SyncRules } from '../sync/sync-rules.ts';
import { below } from './path-below.ts';

/** How a changed path is judged. Paths are absolute and use `/`. */
export interface WatchRules {
  readonly root: string;
  readonly images: readonly ImageRule[];
  readonly manifests: readonly ManifestRule[];
  /** of charts and kustomizations, in the order of the configuration */
  readonly inputs: readonly InputRule[];
  readonly config: readonly string[];
}

export interface ImageRule {
  readonly name: string;
  readonly context: string;
  /** count whatever .dockerignore says */
  readonly files: readonly string[];
  readonly contexts: readonly string[];
  readonly ignore: DockerIgnore;
  /** where files of the context go in running containers */
  readonly sync: SyncRules;
}

/** Where manifests of one entry may lie. */
export interface ManifestRule {
  readonly folder: string;
  readonly recursive: boolean;
}

/** What a chart or a kustomization is rendered from. */
export interface InputRule {
  readonly files: readonly string[];
  /** with all that is in them */
  readonly folders: readonly string[];
}

/** The folder in which files of a manifests entry may lie: what comes before its first wildcard. Pure. */
export function manifestRule(root: string, entry: string): ManifestRule {
  const segments = entry.replace(/^\.\//, '').split('/');
  const wild = segments.findIndex((segment) => /[*?[{]/.test(segment));
  const isFile = wild < 0 && /\.(ya?ml|json|liquid)$/.test(entry);
  const fixed = wild >= 0 ? segments.slice(0, wild) : isFile ? segments.slice(0, -1) : segments;
  return {
    folder: [root, ...fixed.filter((segment) => segment !== '' && segment !== '.')].join('/'),
    recursive: wild >= 0 && (wild < segments.length - 1 || entry.includes('**')),
  };
}

const MANIFEST = /\.(ya?ml|json|liquid)$/;

/** Whether a manifests entry may read a file: also partials beside it, so more than its pattern matches. Pure. */
export function isManifest(rule: ManifestRule, path: string): boolean {
  const rest = below(rule.folder, path);
  if (rest === undefined || !MANIFEST.test(rest)) return false;
  return rule.recursive ? !isOfPackages(rest) : !rest.includes('/');
}

/** Whether a chart or a kustomization is rendered from a file. Pure. */
export function isInput({ files, folders }: InputRule, path: string): boolean {
  return files.includes(path) || folders.some((folder) => isInFolder(folder, path));
}

function isInFolder(folder: string, path: string): boolean {
  const rest = below(folder, path);
  return rest !== undefined && !isOfPackages(rest);
}

/** Patterns are not looked for in there: see manifest-files.ts. */
function isOfPackages(path: string): boolean {
  return /(^|\/)node_modules(\/|$)/.test(path);
}

/** Whether a file counts for an image: in its context and not ignored. Pure. */
export function isInImage(rule: ImageRule, path: string): boolean {
  if (rule.files.includes(path) || rule.contexts.some((folder) => below(folder, path) !== undefined))
    return true;
  const rest = below(rule.context, path);
  return rest !== undefined && rest !== '' && !rule.ignore.ignores(rest);
}

/** Whether a changed file may be written into running containers: a rule fits, and it is nothing else to the image. Pure. */
export function isSynced(rule: ImageRule, path: string): boolean {
  const rest = below(rule.context, path);
  if (rest === undefined || rest === '' || rule.files.includes(path)) return false;
  return rule.sync(rest).length > 0 && !rule.contexts.some((folder) => below(folder, path) !== undefined);
}

/**
 * Whether a file or folder need be watched at all: something may be read in it, or it leads there. What is not is left
 * out before it is scanned. Pure.
 */
export function isWatched(rules: WatchRules, path: string): boolean {
  if (isNoise(path)) return false;
  return (
    rules.config.some((file) => leadsTo(path, file)) ||
    rules.manifests.some((rule) => leadsTo(path, rule.folder) || mayHoldManifests(rule, path)) ||
    rules.inputs.some((rule) => mayHoldInputs(rule, path)) ||
    rules.images.some((rule) => mayHoldSources(rule, path))
  );
}

function mayHoldManifests({ folder, recursive }: ManifestRule, path: string): boolean {
  const rest = below(folder, path);
  if (rest === undefined) return false;
  return recursive ? !isOfPackages(rest) : isManifest({ folder, recursive }, path);
}

function mayHoldInputs(rule: InputRule, path: string): boolean {
  return isInput(rule, path) || [...rule.files, ...rule.folders].some((target) => leadsTo(path, target));
}

function mayHoldSources(rule: ImageRule, path: string): boolean {
  if ([rule.context, ...rule.files, ...rule.contexts].some((target) => leadsTo(path, target))) return true;
  if (rule.contexts.some((folder) => below(folder, path) !== undefined)) return true;
  const rest = below(rule.context, path);
  return rest !== undefined && !rule.ignore.prunes(rest);
}

/** The path is the target or a folder above it. */
function leadsTo(path: string, target: string): boolean {
  return below(path, target) !== undefined;
}

/**
 * Never a source: git's and our own folder, and what editors and file managers leave beside a file while it is open or
 * being saved (Vim's 4913 and swap files, backups, Emacs' locks, JetBrains, Sublime, Kate, GLib, LibreOffice, macOS).
 */
export function isNoise(path: string): boolean {
  return /(^|\/)(\.git|\.rockpool)(\/|$)/.test(path) || NOISE.test(path.slice(path.lastIndexOf('/') + 1));
}

const NOISE =
  /^(4913|.*~|\..*\.(sw[a-px]|kate-swp)|\.#.*|#.*#|.*___jb_(tmp|old|bak)___|\.subl\w+\.tmp|\.goutputstream-.*|\.~(tmp|lock\.).*|\.DS_Store)$/;
