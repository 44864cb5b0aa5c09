import type { z } from 'zod';
import type { Failure } from '../session/failure.ts';
import { didYouMean, nearestNames } from '../session/nearest-names.ts';
import { configJsonSchema, type JsonSchema, knownKeys } from './config-json-schema.ts';
import { type ConfigTree, configProblem, placeAt, placeOfKey } from './config-tree.ts';
import { nodeAt, type Path, toValue } from './located-tree.ts';

type Issue = z.core.$ZodIssue;

/** What zod found, in the words and places of the file. Pure. @param schema of the file; default: that of rockpool.yaml */
export function describeIssues(
  issues: readonly Issue[],
  tree: ConfigTree,
  schema: JsonSchema = configJsonSchema(),
): readonly Failure[] {
  const flat = issues.flatMap((issue) => flatten(issue, []));
  const misspelt = new Set(flat.flatMap((issue) => meantKeys(issue, schema)));
  return flat.flatMap((issue) => describe(issue, { tree, schema, misspelt }));
}

interface Context {
  readonly tree: ConfigTree;
  readonly schema: JsonSchema;
  /** paths of missing keys that an unknown key next to them was meant to be */
  readonly misspelt: ReadonlySet<string>;
}

interface FlatIssue {
  readonly issue: Issue;
  readonly path: Path;
  /** what the variants of a union expected */
  readonly expected?: readonly string[];
}

/** A union's issue becomes the issues of the variant that was meant. */
function flatten(issue: Issue, parent: Path): readonly FlatIssue[] {
  const path = [...parent, ...(issue.path as Path)];
  if (issue.code !== 'invalid_union') return [{ issue, path }];
  const variants = issue.errors as readonly (readonly Issue[])[];
  const meant = variants.filter((issues) => !issues.some(isWrongType)).sort((a, b) => depth(b) - depth(a))[0];
  if (meant) return withoutMissing(meant).flatMap((inner) => flatten(inner, path));
  return [{ issue, path, expected: variants.flatMap((issues) => issues.map(expectation)) }];
}

/** Beside an unknown key the missing ones of one variant only mislead. */
function withoutMissing(issues: readonly Issue[]): readonly Issue[] {
  const unknown = issues.filter((issue) => issue.code === 'unrecognized_keys' && issue.path.length === 0);
  return unknown.length > 0 ? unknown : issues;
}

const isWrongType = (issue: Issue): boolean =>
  issue.path.length === 0 && (issue.code === 'invalid_type' || issue.code === 'invalid_value');

const depth = (issues: readonly Issue[]): number => Math.min(...issues.map((issue) => issue.path.length));

function meantKeys({ issue, path }: FlatIssue, schema: JsonSchema): readonly string[] {
  if (issue.code !== 'unrecognized_keys') return [];
  const known = knownKeys(schema, path);
  return issue.keys
    .flatMap((key) => nearestNames(key, known).slice(0, 1))
    .map((key) => formatPath([...path, key]));
}

function describe(flat: FlatIssue, context: Context): readonly Failure[] {
  const { issue, path } = flat;
  const { tree, schema } = context;
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(schema, path);
    return issue.keys.map((key) => unknownKey(key, path, known, tree));
  }
  const at = placeAt(tree, path);
  const name = formatPath(path);
  const value = valueAt(tree, path);
  if (value === undefined) {
    return context.misspelt.has(name) ? [] : [configProblem(`${name} is missing`, at, missingHint(name))];
  }
  const expected = flat.expected ?? expectationOf(issue);
  if (!expected) return [configProblem(`${name}: ${issue.message}`, at)];
  return [
    configProblem(
      `${name}: expected ${either(expected)}, got ${describeValue(value)}`,
      at,
      meantValue(issue, value),
    ),
  ];
}

function unknownKey(key: string, path: Path, known: readonly string[], tree: ConfigTree): Failure {
  const where = path.length === 0 ? '' : ` in ${formatPath(path)}`;
  const hint = didYouMean(key, known) ?? `known keys: ${known.join(', ')}`;
  return configProblem(`unknown key "${key}"${where}`, placeOfKey(tree, path, key), hint);
}

function valueAt(tree: ConfigTree, path: Path): unknown {
  const last = path.at(-1);
  const parent = nodeAt(tree.root, path.slice(0, -1));
  const node = typeof last === 'number' ? parent.list?.[last] : parent.map?.get(last ?? '')?.node;
  return node ? toValue(node) : undefined;
}

function expectationOf(issue: Issue): readonly string[] | undefined {
  return issue.code === 'invalid_type' || issue.code === 'invalid_value' ? [expectation(issue)] : undefined;
}

function expectation(issue: Issue): string {
  if (issue.code === 'invalid_value') return either(issue.values.map((value) => JSON.stringify(value)));
  return issue.code === 'invalid_type' ? (typeWords[issue.expected] ?? issue.expected) : issue.message;
}

const typeWords: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a map',
  record: 'a map',
  array: 'a list',
};

function describeValue(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  return typeof value === 'string' ? `the text ${JSON.stringify(value)}` : String(value);
}

function meantValue(issue: Issue, value: unknown): string | undefined {
  if (issue.code !== 'invalid_value' || typeof value !== 'string') return undefined;
  return didYouMean(value, issue.values.map(String));
}

const missingHint = (name: string): string | undefined =>
  name === 'version' ? 'begin the file with "version: 1"' : undefined;

const either = (words: readonly string[]): string => {
  const unique = [...new Set(words)];
  return unique.length < 2 ? unique.join('') : `${unique.slice(0, -1).join(', ')} or ${unique.at(-1)}`;
};

/** `images[0].context` */
export function formatPath(path: Path): string {
  return path.reduce<string>(
    (text, step) => (typeof step === 'number' ? `${text}[${step}]` : text === '' ? step : `${text}.${step}`),
    '',
  );
}
