import { isMap, updateAt, valueAt } from '../../deploy/manifest.ts';
import type { LeftOut } from '../proposal.ts';
import type { Source } from './source.ts';

/** `values` for the templates among the sources, since they render with nothing less: guesses, each told. Pure. */
export function templateValues(sources: readonly Source[]): {
  readonly values?: Readonly<Record<string, unknown>>;
  readonly leftOut: readonly LeftOut[];
} {
  const needed = sources.flatMap(({ path, template = '' }) =>
    pathsIn(template).map((name) => ({ path, name })),
  );
  const names = [...new Set(needed.map(({ name }) => name))].sort();
  if (names.length === 0) return { leftOut: [] };
  const values = names.reduce<Readonly<Record<string, unknown>>>((all, name) => {
    const keys = name.split('.');
    return isMap(valueAt(all, keys)) ? all : updateAt(all, keys, () => guess(keys.at(-1) ?? ''));
  }, {});
  const leftOut = names.map((name) => {
    const path = needed.find((item) => item.name === name)?.path;
    return `${path}: nothing tells values.${name}: rockpool.yaml has a guess`;
  });
  return { values, leftOut };
}

/** What a template takes from `values` without a default. */
function pathsIn(template: string): readonly string[] {
  const tags = template.match(/\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}/g) ?? [];
  return tags
    .filter((tag) => !/\|\s*default\b/.test(tag))
    .flatMap((tag) =>
      [...tag.matchAll(/(?<![\w.])values\.([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)/g)].map(([, name]) => name ?? ''),
    );
}

function guess(key: string): unknown {
  if (/replicas|count|size|limit/i.test(key)) return 1;
  if (/port/i.test(key)) return 8080;
  return /^(?:is|has|use)[A-Z_]|enabled?$|debug/i.test(key) ? false : 'change-me';
}
