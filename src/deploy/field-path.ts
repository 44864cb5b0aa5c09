import type { Path } from '../config/located-tree.ts';
import { isMap } from './manifest.ts';

/**
 * The path that the apiserver means by a field's name, such as `spec.containers[name="web"].env[0].value`, followed
 * through the manifest: keys may hold dots themselves, and items are found by what names them. As far as it exists. Pure.
 */
export function resolveFieldPath(manifest: unknown, field: string): Path {
  const path: (string | number)[] = [];
  let value = manifest;
  let rest = field.replace(/^\./, '');
  while (rest !== '') {
    const step = stepInto(value, rest);
    if (!step) break;
    path.push(step.key);
    value = step.value;
    rest = step.rest.replace(/^\./, '');
  }
  return path;
}

interface Step {
  readonly key: string | number;
  readonly value: unknown;
  readonly rest: string;
}

function stepInto(value: unknown, rest: string): Step | undefined {
  const bracket = /^\[((?:"[^"]*"|[^\]"])*)\]/.exec(rest);
  if (bracket) return stepIntoBracket(value, bracket[1] ?? '', rest.slice(bracket[0].length));
  if (!isMap(value)) return undefined;
  const key = Object.keys(value)
    .filter(
      (candidate) =>
        candidate !== '' && rest.startsWith(candidate) && /^([.[]|$)/.test(rest.slice(candidate.length)),
    )
    .sort((a, b) => b.length - a.length)[0];
  return key === undefined ? undefined : { key, value: value[key], rest: rest.slice(key.length) };
}

/** `[0]`, `[name="web",protocol="TCP"]`, `[some.dotted/key]` or a set's `[="value"]`. */
function stepIntoBracket(value: unknown, inside: string, rest: string): Step | undefined {
  if (isMap(value)) return inside in value ? { key: inside, value: value[inside], rest } : undefined;
  if (!Array.isArray(value)) return undefined;
  const index = /^\d+$/.test(inside) ? Number(inside) : value.findIndex((item) => isNamedBy(item, inside));
  return index < 0 || index >= value.length ? undefined : { key: index, value: value[index], rest };
}

/** Keys that the manifest leaves to their defaults (a port's protocol) match anything. */
function isNamedBy(item: unknown, keys: string): boolean {
  const pairs = [...keys.matchAll(/([^=,]*)=("(?:[^"\\]|\\.)*"|[^,]*)/g)];
  return pairs.every(([, key = '', json = '']) => {
    const wanted = json.replace(/^"(.*)"$/s, '$1');
    if (key === '') return String(item) === wanted;
    return isMap(item) && (item[key] === undefined || String(item[key]) === wanted);
  });
}
