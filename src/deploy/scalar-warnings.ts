import { formatPath } from '../config/describe-issues.ts';
import type { Located, Path } from '../config/located-tree.ts';
import { isWordForBoolean } from './plain-scalar.ts';

export interface ScalarWarning {
  readonly message: string;
  readonly offset: number;
}

/** Maps whose values the apiserver takes as text only. */
const textMaps = new Set([
  'labels',
  'annotations',
  'matchLabels',
  'nodeSelector',
  'data',
  'stringData',
  'binaryData',
]);
/** Lists of text. */
const textLists = new Set(['args', 'command']);

/**
 * Unquoted scalars that kubectl reads as something else than what stands there: yes, no, on, off anywhere, and
 * numbers, true and false where only text is taken (data, labels, env values, arguments). Values of Secrets are in no
 * message. Pure.
 */
export function scalarWarnings(root: Located, kind: string): readonly ScalarWarning[] {
  const dataIsText = kind === 'ConfigMap' || kind === 'Secret';
  const visit = (node: Located, path: Path): readonly ScalarWarning[] => {
    if (node.list) return node.list.flatMap((item, index) => visit(item, [...path, index]));
    if (node.map) {
      return [...node.map].flatMap(([key, entry]) => [
        ...keyWarning(key, entry),
        ...visit(entry.node, [...path, key]),
      ]);
    }
    const isSecret = kind === 'Secret' && (path[0] === 'data' || path[0] === 'stringData');
    return isSecret ? secretWarning(node, path) : scalarWarning(node, takesText(path, dataIsText));
  };
  return visit(root, []);
}

function keyWarning(key: string, entry: { keyOffset: number; keyText?: string }): readonly ScalarWarning[] {
  const { keyText, keyOffset } = entry;
  if (keyText === undefined || !isWordForBoolean(keyText)) return [];
  return [{ message: `the unquoted key ${keyText} is read as "${key}": quote it`, offset: keyOffset }];
}

function scalarWarning(node: Located, text: boolean): readonly ScalarWarning[] {
  const { value, plain, offset } = node;
  if (!plain || node.text === undefined) return [];
  if (text && (typeof value === 'number' || typeof value === 'boolean')) {
    const reading = String(value) === node.text ? `a ${typeof value}` : `read as ${value}`;
    return [{ message: `text is expected, and the unquoted ${node.text} is ${reading}: quote it`, offset }];
  }
  if (!isWordForBoolean(node.text)) return [];
  return [
    {
      message: `the unquoted ${node.text} is read as ${value}: write ${value}, or quote it if text is meant`,
      offset,
    },
  ];
}

/** Names the key and not the value. */
function secretWarning({ value, plain, offset }: Located, path: Path): readonly ScalarWarning[] {
  if (!plain || (typeof value !== 'number' && typeof value !== 'boolean')) return [];
  return [{ message: `${formatPath(path)} must be text: quote it`, offset }];
}

function takesText(path: Path, dataIsText: boolean): boolean {
  const [last, parent] = [path.at(-1), path.at(-2)];
  if (last === 'value' && path.at(-3) === 'env') return true;
  if (typeof last === 'number') return typeof parent === 'string' && textLists.has(parent);
  if (typeof parent !== 'string' || !textMaps.has(parent)) return false;
  return parent.toLowerCase().endsWith('data') ? dataIsText && path.length === 2 : true;
}
