import { glob, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type ParsedManifest, parseManifests } from '../deploy/parse-manifests.ts';

/** Where projects keep manifests: in the project, or in a folder of each part of it. */
const FOLDERS = '{k8s,kube,kubernetes,manifests,deploy}';
const PATTERNS = [
  `${FOLDERS}/**/*.{yaml,yml,json}`,
  `*/${FOLDERS}/**/*.{yaml,yml,json}`,
  `{,*/}${FOLDERS}/**/*.{yaml,yml}.liquid`,
  '*.{yaml,yml}',
];
const PRUNED = new Set([
  'node_modules',
  '.git',
  '.rockpool',
  'vendor',
  'dist',
  'build',
  '.venv',
  'charts',
  'templates',
]);
/** A project with more YAML than this in such places is not one to guess about. */
const MAX_FILES = 500;

export interface FoundManifests {
  /** entries for `manifests`: patterns for folders that hold nothing else, else files */
  readonly entries: readonly string[];
  readonly manifests: readonly ParsedManifest[];
  /** templates, which cannot be read before there are values */
  readonly templates: readonly { readonly file: string; readonly source: string }[];
  /** kustomizations, which are not inferred */
  readonly kustomizations: readonly string[];
}

/** Looks for files that hold Kubernetes objects. Paths are relative to `root`. */
export async function findManifests(root: string): Promise<FoundManifests> {
  const files = await findFiles(root);
  const read = await Promise.all(files.map((file) => readCandidate(root, file)));
  const used = read.filter((candidate) => candidate.isManifest);
  return {
    entries: entriesOf(used, read),
    manifests: used.flatMap((candidate) => candidate.manifests),
    templates: used.filter(({ file }) => file.endsWith('.liquid')),
    kustomizations: files.filter((file) => /(^|\/)kustomization\.ya?ml$/.test(file)),
  };
}

interface Candidate {
  readonly file: string;
  readonly source: string;
  readonly isManifest: boolean;
  readonly manifests: readonly ParsedManifest[];
}

async function findFiles(root: string): Promise<readonly string[]> {
  const files = new Set<string>();
  for await (const file of glob(PATTERNS, { cwd: root, exclude: (path) => PRUNED.has(basename(path)) })) {
    if (!/(^|\/)(_|rockpool\.ya?ml$)/.test(file)) files.add(file);
    if (files.size >= MAX_FILES) break;
  }
  return [...files].sort();
}

async function readCandidate(root: string, file: string): Promise<Candidate> {
  const source = await readFile(join(root, file), 'utf8').catch(() => '');
  if (file.endsWith('.liquid')) return { file, source, isManifest: looksLikeManifest(source), manifests: [] };
  if (!looksLikeManifest(source)) return { file, source, isManifest: false, manifests: [] };
  const { manifests } = parseManifests(source, file);
  return { file, source, isManifest: manifests.length > 0, manifests };
}

const looksLikeManifest = (source: string): boolean =>
  /^\s*"?apiVersion"?:/m.test(source) && /^\s*"?kind"?:/m.test(source);

/** A pattern takes in manifests that are added later; it stands for a folder where all that it matches is one. */
function entriesOf(used: readonly Candidate[], all: readonly Candidate[]): readonly string[] {
  const patternOf = (file: string) => `${dirname(file)}/*${/\.(ya?ml|json)(\.liquid)?$/.exec(file)?.[0]}`;
  const mixed = new Set(all.filter(({ isManifest }) => !isManifest).map(({ file }) => patternOf(file)));
  const entries = used.map(({ file }) => {
    const pattern = patternOf(file);
    return dirname(file) === '.' || mixed.has(pattern) ? file : pattern;
  });
  return [...new Set(entries)];
}
