import { LineCounter, parseAllDocuments } from 'yaml';
import { type Located, locatedTree, nodeAt, type Path, toValue } from '../config/located-tree.ts';
import type { Failure, SourcePlace } from '../session/failure.ts';
import { kubectlScalars } from './kubectl-scalars.ts';
import { isMap, type Manifest } from './manifest.ts';
import { scalarWarnings } from './scalar-warnings.ts';
import { sourceExcerpt } from './source-excerpt.ts';

export interface ParsedManifest {
  readonly manifest: Manifest;
  /** where it begins */
  readonly place: SourcePlace;
  /** Place of a field, or of the innermost one on the way there that exists. */
  locate(path: Path): SourcePlace;
}

export interface ParsedManifests {
  readonly manifests: readonly ParsedManifest[];
  readonly failures: readonly Failure[];
  readonly warnings: readonly { readonly message: string; readonly at: SourcePlace }[];
}

/**
 * The objects of a YAML or JSON file of one or more documents, read as kubectl reads them; Lists are taken apart,
 * empty documents left out. Every problem of the file is found, not the first alone. Pure.
 * @param file as places name it
 */
export function parseManifests(text: string, file: string): ParsedManifests {
  const lines = new LineCounter();
  const place = (offset: number): SourcePlace => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, col) };
  };
  const failures: Failure[] = [];
  const report = (message: string, offset: number): void => {
    failures.push(manifestFailure(message, place(offset)));
  };
  const options = { lineCounter: lines, prettyErrors: false, uniqueKeys: false, schema: 'failsafe' } as const;
  const documents = parseAllDocuments(text, options);
  let isBroken = false;
  const trees = [...documents].flatMap((document): readonly Located[] => {
    // What follows the first mistake is mostly due to it.
    const [first] = document.errors;
    if (first && !isBroken) failures.push(notYaml(first.message, place(first.pos[0]), text));
    isBroken ||= first !== undefined;
    return document.errors.length > 0 || !document.contents
      ? []
      : [locatedTree(document, kubectlScalars, report)];
  });
  const objects = trees
    .flatMap((tree) => objectsOf(tree))
    .filter((tree) => tree.map || tree.list || tree.value !== null);
  const manifests = objects.flatMap((tree) => readManifest(tree, place, report));
  const warnings = objects
    .flatMap((tree) => scalarWarnings(tree, String(tree.map?.get('kind')?.node.value)))
    .map(({ message, offset }) => ({ message, at: place(offset) }));
  return { manifests, failures, warnings };
}

function notYaml(message: string, at: SourcePlace, text: string): Failure {
  const { line = 1, column } = at;
  const hint = 'Look at the lines above, too: the keys of one map begin in the same column, with spaces.';
  return {
    ...manifestFailure(`not valid YAML: ${message}`, at, hint),
    output: sourceExcerpt(text, line, column),
  };
}

/** A manifest that cannot be applied, with the place where that shows. */
export function manifestFailure(message: string, at: SourcePlace, hint?: string): Failure {
  return {
    code: 'MANIFEST_INVALID',
    subject: `manifest/${at.file}`,
    message,
    ...(hint === undefined ? {} : { hint }),
    at,
  };
}

/** The items of a List, which kubectl applies one by one; of anything else itself. */
function objectsOf(tree: Located): readonly Located[] {
  const items = tree.map?.get('items')?.node.list;
  const isList =
    tree.map?.get('kind')?.node.value === 'List' && tree.map.get('apiVersion')?.node.value === 'v1';
  return isList && items ? items.flatMap(objectsOf) : [tree];
}

function readManifest(
  tree: Located,
  place: (offset: number) => SourcePlace,
  report: (message: string, offset: number) => void,
): readonly ParsedManifest[] {
  const value = toValue(tree);
  const problem = problemOf(value);
  if (problem) {
    report(problem.message, nodeAt(tree, problem.path).offset);
    return [];
  }
  return [
    {
      manifest: value as Manifest,
      place: place(tree.offset),
      locate: (path) => place(offsetAt(tree, path)),
    },
  ];
}

/** Of the key, which is what a mistake in a name is in; of the item in a list. */
function offsetAt(tree: Located, path: Path): number {
  const last = path.at(-1);
  const parent = nodeAt(tree, path.slice(0, -1));
  const key = typeof last === 'string' ? parent.map?.get(last)?.keyOffset : undefined;
  return key ?? nodeAt(tree, path).offset;
}

function problemOf(value: unknown): { message: string; path: Path } | undefined {
  if (!isMap(value)) return { message: 'a manifest is a map with apiVersion, kind and metadata', path: [] };
  const { apiVersion, kind, metadata } = value;
  for (const [key, field] of [
    ['apiVersion', apiVersion],
    ['kind', kind],
  ] as const) {
    if (field === undefined) return { message: `${key} is missing`, path: [] };
    if (typeof field !== 'string' || field === '') return { message: `${key} must be text`, path: [key] };
  }
  if (String(apiVersion).startsWith('kustomize.config.k8s.io/')) {
    return {
      message:
        'this is a kustomization and no manifest: name its folder, as `- kustomize: overlays/dev` in rockpool.yaml',
      path: [],
    };
  }
  if (metadata === undefined) return { message: `metadata is missing (${kind})`, path: [] };
  if (!isMap(metadata)) return { message: 'metadata must be a map', path: ['metadata'] };
  return nameProblem(metadata, String(kind));
}

function nameProblem(
  metadata: Readonly<Record<string, unknown>>,
  kind: string,
): { message: string; path: Path } | undefined {
  const { name, namespace } = metadata;
  if (metadata.generateName !== undefined && name === undefined) {
    return {
      message: `metadata.generateName makes a new ${kind} at every apply: give it a name`,
      path: ['metadata', 'generateName'],
    };
  }
  if (name === undefined || name === null || name === '')
    return { message: `metadata.name is missing (${kind})`, path: ['metadata'] };
  if (typeof name !== 'string')
    return { message: `metadata.name must be text: quote ${String(name)}`, path: ['metadata', 'name'] };
  if (namespace !== undefined && namespace !== null && typeof namespace !== 'string') {
    return {
      message: `metadata.namespace must be text: quote ${String(namespace)}`,
      path: ['metadata', 'namespace'],
    };
  }
  return undefined;
}
