import { type ConfigTree, readConfigTree } from '../../config/config-tree.ts';
import type { Located } from '../../config/located-tree.ts';
import type { Failure, SourcePlace } from '../../session/failure.ts';
import { isPlain } from './hidden-files.ts';
import { interpolate } from './interpolate.ts';

/** A value of a compose file with variables replaced. Without text, list and map it is null. */
export interface Value {
  readonly at: SourcePlace;
  /** of any scalar, as written */
  readonly text?: string;
  readonly list?: readonly Value[];
  readonly map?: ReadonlyMap<string, Value>;
}

export interface ReadValue {
  readonly value: Value;
  readonly failures: readonly Failure[];
  /** variables without a value and without a default, where they are used */
  readonly unset: readonly { readonly name: string; readonly at: SourcePlace }[];
}

/**
 * Reads a compose file: anchors, merge keys and `${VARIABLES}` are resolved. Pure; throws nothing.
 * @param file as places name it
 * @param hidden more variables, for values that are plain
 */
export function readValue(
  source: string,
  file: string,
  env: Readonly<Record<string, string>>,
  hidden: Readonly<Record<string, string>> = {},
): ReadValue {
  const all = { ...env, ...hidden };
  const tree = readConfigTree(source, file);
  const failures = tree.problems.map(({ message, at }) => composeFailure(message, at));
  const unset: { name: string; at: SourcePlace }[] = [];
  const read = (node: Located, path: readonly string[], keyOffset?: number): Value => {
    const at = withoutColumn(tree, keyOffset ?? node.offset);
    if (node.map) {
      const entries = [...node.map].map(
        ([key, entry]) => [key, read(entry.node, [...path, key], entry.keyOffset)] as const,
      );
      return { at, map: new Map(entries) };
    }
    if (node.list) return { at, list: node.list.map((item) => read(item, path)) };
    if (node.value === null || node.value === undefined) return { at };
    const text = typeof node.value === 'string' ? node.value : (node.text ?? String(node.value));
    const { text: replaced, missing, problem } = interpolate(text, isPlain(path) ? all : env);
    if (problem !== undefined) failures.push(composeFailure(problem, at, 'a "$" of its own is written "$$"'));
    for (const name of missing) unset.push({ name, at });
    return { at, text: replaced };
  };
  return { value: read(tree.root, []), failures, unset };
}

/** A compose file that compose would refuse too. */
export function composeFailure(message: string, at: SourcePlace | undefined, hint?: string): Failure {
  return {
    code: 'COMPOSE_INVALID',
    subject: `compose/${at?.file ?? ''}`,
    message,
    ...(hint === undefined ? {} : { hint }),
    ...(at ? { at } : {}),
  };
}

const withoutColumn = (tree: ConfigTree, offset: number): SourcePlace => tree.place(offset);

/** The texts of a list, or the one text. */
export function textsOf(value: Value | undefined): readonly string[] {
  if (value?.text !== undefined) return [value.text];
  return (value?.list ?? []).flatMap(({ text }) => text ?? []);
}

/** As compose reads switches. */
export function isTrue(value: Value | undefined): boolean {
  return /^(true|yes|on|1)$/i.test(value?.text ?? '');
}

/** A list of `NAME=value` or a map, as a map; a name without a value has none. */
export function pairsOf(value: Value | undefined): ReadonlyMap<string, Value> {
  if (value?.map) return value.map;
  const pairs = (value?.list ?? []).map(({ text = '', at }): [string, Value] => {
    const [name = '', ...rest] = text.split('=');
    return [name.trim(), rest.length > 0 ? { at, text: rest.join('=') } : { at }];
  });
  return new Map(pairs);
}
