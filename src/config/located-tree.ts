import { type Document, isAlias, isMap, isScalar, isSeq, type Node, type Pair, type Scalar } from 'yaml';

export type Path = readonly (string | number)[];

/** A YAML value that knows where it stands: aliases and merge keys are resolved, keys are strings. */
export interface Located {
  /** of the value, in characters from the start of the file */
  readonly offset: number;
  /** nodes in it, aliases counted each time: what `toValue` would make */
  readonly size: number;
  readonly map?: ReadonlyMap<string, Entry>;
  readonly list?: readonly Located[];
  /** of a scalar */
  readonly value?: unknown;
  /** a scalar as written, without quotes */
  readonly text?: string;
  readonly plain?: boolean;
}

interface Entry {
  readonly keyOffset: number;
  /** the key as written, when it is not quoted */
  readonly keyText?: string;
  readonly node: Located;
}

/** What a YAML version makes of scalars. */
export interface ScalarReader {
  value(scalar: Scalar, report: Report): unknown;
  key(scalar: Scalar, report: Report): string;
}

/** Takes a problem in words and where it is. */
export type Report = (message: string, offset: number) => void;

/** Nodes that aliases may expand to: more than any manifest has, less than an alias bomb. */
const MAX_SIZE = 200_000;

const EMPTY: Located = { offset: 0, size: 1, value: null };

/** The tree of a parsed document. Problems (duplicate keys, unknown or endless aliases) are reported, none thrown. Pure. */
export function locatedTree(
  document: Document.Parsed | Document,
  scalars: ScalarReader,
  report: Report,
): Located {
  const anchors = new Map<string, Located | 'open'>();
  const read = (node: Node | null | undefined, fallback: number): Located => {
    if (!node) return { ...EMPTY, offset: fallback };
    const offset = node.range?.[0] ?? fallback;
    if (isAlias(node)) return resolve(node.source, offset);
    const anchor = isScalar(node) || isMap(node) || isSeq(node) ? node.anchor : undefined;
    if (anchor) anchors.set(anchor, 'open');
    const located = readContent(node, offset);
    if (anchor) anchors.set(anchor, located);
    return located;
  };
  const resolve = (name: string, offset: number): Located => {
    const target = anchors.get(name);
    if (target && target !== 'open') return { ...target, offset };
    report(
      target ? `the alias *${name} contains itself` : `the alias *${name} has no anchor before it`,
      offset,
    );
    return { ...EMPTY, offset };
  };
  const readContent = (node: Node, offset: number): Located => {
    if (isScalar(node)) return readScalar(node, offset, scalars, report);
    if (isSeq(node)) {
      const list = node.items.map((item) => read(item as Node | null, offset));
      return bounded({ offset, list, size: 1 + sum(list) }, report);
    }
    if (isMap(node)) return readMap(node.items, offset, { scalars, report, read });
    return { ...EMPTY, offset };
  };
  return read(document.contents, 0);
}

/** Plain JSON of a tree; maps have no prototype tricks (`__proto__` is a key like any other). */
export function toValue(node: Located): unknown {
  if (node.map) return Object.fromEntries([...node.map].map(([key, entry]) => [key, toValue(entry.node)]));
  return node.list ? node.list.map(toValue) : node.value;
}

/** The node at the path, or the innermost one on the way there that exists. */
export function nodeAt(root: Located, path: Path): Located {
  let node = root;
  for (const step of path) {
    const next = typeof step === 'number' ? node.list?.[step] : node.map?.get(step)?.node;
    if (!next) return node;
    node = next;
  }
  return node;
}

function readScalar(node: Scalar, offset: number, scalars: ScalarReader, report: Report): Located {
  const plain = node.type === 'PLAIN' || node.type === undefined;
  return { offset, size: 1, value: scalars.value(node, report), text: node.source ?? '', plain };
}

interface MapContext {
  readonly scalars: ScalarReader;
  readonly report: Report;
  readonly read: (node: Node | null | undefined, fallback: number) => Located;
}

function readMap(pairs: readonly Pair[], offset: number, context: MapContext): Located {
  const map = new Map<string, Entry>();
  const merged: Located[] = [];
  for (const pair of pairs) {
    const key = pair.key as Node | null;
    const keyOffset = key?.range?.[0] ?? offset;
    const node = context.read(pair.value as Node | null, key?.range?.[1] ?? keyOffset);
    if (!isScalar(key)) context.report('a key must be a single word or a quoted string', keyOffset);
    else if (key.source === '<<' && key.type === 'PLAIN') merged.push(...(node.list ?? [node]));
    else addEntry(map, key, { keyOffset, node }, context);
  }
  for (const source of merged) mergeInto(map, source, context.report);
  return bounded(
    { offset, map, size: 1 + sum([...map.values()].map((entry) => entry.node)) },
    context.report,
  );
}

function addEntry(map: Map<string, Entry>, key: Scalar, entry: Entry, { scalars, report }: MapContext): void {
  const name = scalars.key(key, report);
  if (map.has(name)) report(`the key "${name}" is there twice`, entry.keyOffset);
  map.set(name, { ...entry, ...(key.type === 'PLAIN' ? { keyText: key.source ?? '' } : {}) });
}

/** What the map says itself stands; of several merged maps the first one. */
function mergeInto(map: Map<string, Entry>, source: Located, report: Report): void {
  if (!source.map) report('"<<" takes a map, or a list of maps', source.offset);
  for (const [name, entry] of source.map ?? []) if (!map.has(name)) map.set(name, entry);
}

/** Cuts off what aliases blew up, so that nothing downstream has to fear it. */
function bounded(node: Located, report: Report): Located {
  if (node.size <= MAX_SIZE) return node;
  report('aliases make this too large', node.offset);
  return { ...EMPTY, offset: node.offset };
}

const sum = (nodes: readonly Located[]): number => nodes.reduce((total, node) => total + node.size, 0);
