import { LineCounter, parseDocument, type Scalar } from 'yaml';
import type { Failure, SourcePlace } from '../session/failure.ts';
import { type Located, locatedTree, nodeAt, type Path, type ScalarReader } from './located-tree.ts';

/** A YAML 1.2 file with the places of everything in it. */
export interface ConfigTree {
  /** as places name it */
  readonly file: string;
  readonly root: Located;
  /** syntax errors, duplicate keys and the like: all of them */
  readonly problems: readonly Failure[];
  place(offset: number): SourcePlace;
}

/** Reads one of rockpool's own files. Pure; throws nothing. */
export function readConfigTree(source: string, file: string): ConfigTree {
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines, prettyErrors: false, uniqueKeys: false });
  const place = (offset: number): SourcePlace => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, col) };
  };
  const problems: Failure[] = [];
  const report = (message: string, offset: number): void => {
    problems.push(configProblem(message, place(offset)));
  };
  for (const error of document.errors) report(`not valid YAML: ${lowerFirst(error.message)}`, error.pos[0]);
  const root = problems.length > 0 ? { offset: 0, size: 1 } : locatedTree(document, core, report);
  return { file, root, problems, place };
}

/** A problem of the configuration, with its place and what may have been meant. */
export function configProblem(message: string, at: SourcePlace, hint?: string): Failure {
  return { code: 'CONFIG_INVALID', subject: 'config', message, ...(hint === undefined ? {} : { hint }), at };
}

/** Place of the value at the path, or of the innermost thing on the way there that exists. */
export function placeAt(tree: ConfigTree, path: Path): SourcePlace {
  return tree.place(nodeAt(tree.root, path).offset);
}

/** Place of a key in the map at the path. */
export function placeOfKey(tree: ConfigTree, path: Path, key: string): SourcePlace {
  const map = nodeAt(tree.root, path);
  return tree.place(map.map?.get(key)?.keyOffset ?? map.offset);
}

/** YAML 1.2 core: what the `yaml` library resolved. */
const core: ScalarReader = {
  value: (scalar: Scalar) => scalar.value,
  key: (scalar: Scalar) => (scalar.type === 'PLAIN' ? (scalar.source ?? '') : String(scalar.value)),
};

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
