import { homedir } from 'node:os';
import { basename, join, posix, resolve } from 'node:path';
import type { z } from 'zod';
import type { Failure } from '../session/failure.ts';
import type { ForwardConfig, ImageConfig } from './config.ts';
import { type ConfigTree, configProblem, placeAt } from './config-tree.ts';
import { type ForwardProblem, parseForward } from './forward-spec.ts';
import { nodeAt, type Path, toValue } from './located-tree.ts';
import { normalizePath } from './normalize-path.ts';
import { forwardSchema, imageSchema } from './schema.ts';

type ImageInput = z.output<typeof imageSchema>;

/** Entries of the lists of rockpool.yaml, at their places; undefined where an entry is not valid. */
export interface Entries {
  readonly images: readonly (ImageConfig | undefined)[];
  readonly forwards: readonly (ForwardConfig | undefined)[];
  readonly manifests: readonly (string | undefined)[];
  /** what is wrong with entries whose shape is right */
  readonly problems: readonly Failure[];
}

/**
 * Every valid image, forward and manifest entry of a file, whatever is wrong with the rest of it, with defaults
 * filled in. Build arguments are not rendered yet.
 */
export function readEntries(tree: ConfigTree, root: string): Entries {
  const listOf = (key: string) => nodeAt(tree.root, []).map?.get(key)?.node.list?.map(toValue) ?? [];
  const images = listOf('images').map((item, index) => {
    const parsed = imageSchema.safeParse(item);
    return parsed.success ? normalizeImage(parsed.data, tree, root, index) : undefined;
  });
  const forwards = listOf('forwards').map((item) => {
    const parsed = forwardSchema.safeParse(item);
    return parsed.success ? parseForward(parsed.data) : undefined;
  });
  return {
    images,
    forwards: forwards.map((forward) => (forward && 'id' in forward ? forward : undefined)),
    manifests: listOf('manifests').map((item) =>
      typeof item === 'string' && item !== '' ? item : undefined,
    ),
    problems: [...forwardProblems(forwards, tree), ...findDuplicates(images, forwards, tree)],
  };
}

/** A project's name from its folder's: what a label value may be. Pure. */
export function nameFromFolder(root: string): string {
  const name = basename(root)
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 63)
    .replace(/^-+|-+$/g, '');
  return name === '' ? 'app' : name;
}

function normalizeImage(image: ImageInput, tree: ConfigTree, root: string, index: number): ImageConfig {
  const context = normalizePath(image.context);
  return {
    name: image.name,
    context,
    dockerfile: normalizePath(image.dockerfile ?? posix.join(context, 'Dockerfile')),
    ...(image.target === undefined ? {} : { target: image.target }),
    args: argsAsWritten(image, tree, index),
    update: image.update,
    sync: image.sync.map(({ run, ...rule }) => (run === undefined ? rule : { ...rule, run: asList(run) })),
    secrets: mapValues(image.secrets, (path) => resolveHome(root, path)),
    ssh: image.ssh,
    ...(image.platform === undefined ? {} : { platform: image.platform }),
    contexts: image.contexts,
    ignore: image.ignore,
  };
}

type ParsedForward = ForwardConfig | ForwardProblem | undefined;

function forwardProblems(forwards: readonly ParsedForward[], tree: ConfigTree): readonly Failure[] {
  return forwards.flatMap((forward, index) => {
    if (!forward || 'id' in forward) return [];
    const at = placeAt(tree, ['forwards', index, forward.key]);
    return [configProblem(`forwards[${index}].${forward.key} ${forward.message}`, at, forward.hint)];
  });
}

/** Images, forwards and local ports that are there twice. */
function findDuplicates(
  images: readonly (ImageConfig | undefined)[],
  parsed: readonly ParsedForward[],
  tree: ConfigTree,
): readonly Failure[] {
  const forwards = parsed.map((forward) => (forward && 'id' in forward ? forward : undefined));
  const repeated = (items: readonly unknown[]) =>
    items.flatMap((item, index) => {
      const first = items.indexOf(item);
      return item === undefined || item === 'auto' || first === index ? [] : [{ item, first, index }];
    });
  const problem = (path: Path, first: Path, what: string, hint?: string) =>
    configProblem(
      `${what} is there twice: first in line ${placeAt(tree, first).line}`,
      placeAt(tree, path),
      hint,
    );
  return [
    ...repeated(images.map((image) => image?.name)).map(({ item, first, index }) =>
      problem(['images', index, 'name'], ['images', first], `the image ${item}`),
    ),
    ...repeated(forwards.map((forward) => forward?.id)).map(({ item, first, index }) =>
      problem(['forwards', index, 'to'], ['forwards', first], `the forward ${item}`),
    ),
    ...repeated(forwards.map((forward) => forward?.local)).map(({ item, first, index }) =>
      problem(
        ['forwards', index, 'local'],
        ['forwards', first],
        `the local port ${item}`,
        'give one "local: auto" or another number',
      ),
    ),
  ];
}

/** `VERSION: 1.10` is meant as written, not as the number 1.1. */
function argsAsWritten(image: ImageInput, tree: ConfigTree, index: number): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(image.args).map(([name, value]) => {
      const written = nodeAt(tree.root, ['images', index, 'args', name]).text;
      return [name, typeof value === 'string' ? value : (written ?? String(value))];
    }),
  );
}

function resolveHome(root: string, path: string): string {
  return path === '~' || path.startsWith('~/') ? join(homedir(), path.slice(1)) : resolve(root, path);
}

const asList = (command: string | readonly string[]): readonly string[] =>
  typeof command === 'string' ? ['sh', '-c', command] : command;

function mapValues<T, U>(
  map: Readonly<Record<string, T>>,
  change: (value: T) => U,
): Readonly<Record<string, U>> {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value)]));
}
