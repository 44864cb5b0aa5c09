import type { Failure } from '../session/failure.ts';
import { type ConfigTree, configProblem } from './config-tree.ts';
import { formatPath } from './describe-issues.ts';
import { type Located, type Path, toValue } from './located-tree.ts';

interface Unsupported {
  /** `*` stands for every item of a list or key of a map */
  readonly path: readonly string[];
  readonly level: 'problem' | 'warning';
  readonly says: string;
  /** values that are honoured all the same */
  readonly honoured?: (value: unknown) => boolean;
}

/** What the format has and this version does not do. Nothing of it is ignored in silence. */
const unsupported: readonly Unsupported[] = [
  {
    path: ['images', '*', 'sync', '*', 'restart'],
    level: 'warning',
    says: 'not acted on yet: the image is rebuilt instead',
    honoured: (value) => value === false,
  },
  {
    path: ['images', '*', 'update'],
    level: 'warning',
    says: 'not acted on yet: what is not synced comes in new pods (roll)',
    honoured: (value) => value !== 'swap',
  },
  {
    path: ['gateway'],
    level: 'warning',
    says: 'not acted on yet: use forwards',
    honoured: (value) => value === false,
  },
  { path: ['tasks'], level: 'warning', says: 'not acted on yet: nothing is run', honoured: isEmpty },
  {
    path: ['dependsOn'],
    level: 'warning',
    says: 'not acted on yet: everything is started at once',
    honoured: isEmpty,
  },
];

/** Problems and warnings for the keys that are used but not supported yet, each with its place. Pure. */
export function findUnsupported(tree: ConfigTree): {
  problems: readonly Failure[];
  warnings: readonly Failure[];
} {
  const found = unsupported.flatMap((rule) =>
    match(tree.root, rule.path, [], 0)
      .filter(({ node }) => !rule.honoured?.(toValue(node)))
      .map(({ path, offset }) => ({
        level: rule.level,
        failure: configProblem(`${formatPath(path)}: ${rule.says}`, tree.place(offset)),
      })),
  );
  const of = (level: Unsupported['level']) =>
    found.filter((item) => item.level === level).map((item) => item.failure);
  return {
    problems: of('problem'),
    warnings: of('warning').map((failure) => ({ ...failure, code: 'CONFIG_NOT_SUPPORTED_YET' })),
  };
}

interface Match {
  readonly path: Path;
  readonly node: Located;
  /** of the key */
  readonly offset: number;
}

function match(node: Located, pattern: readonly string[], path: Path, offset: number): readonly Match[] {
  const [step, ...rest] = pattern;
  if (step === undefined) return [{ path, node, offset }];
  if (step === '*' && node.list) {
    return node.list.flatMap((item, index) => match(item, rest, [...path, index], item.offset));
  }
  const entries =
    step === '*' ? [...(node.map ?? [])] : [...(node.map ?? [])].filter(([key]) => key === step);
  return entries.flatMap(([key, entry]) => match(entry.node, rest, [...path, key], entry.keyOffset));
}

function isEmpty(value: unknown): boolean {
  return value === null || (typeof value === 'object' && Object.keys(value).length === 0);
}
