import type { Values } from './config.ts';
import { isRecord } from './merge-profile.ts';

/**
 * Values with `--set` arguments laid over them, in helm's syntax: `a.b=c,d[0]=e,f={x,y}`, a backslash before a
 * comma, dot or other sign that is meant literally. Typed as helm types them: whole numbers, true, false and null;
 * everything else is text (`1.10` stays `1.10`). Pure. Throws a SyntaxError that says what is wrong with the argument.
 */
export function setValues(values: Values, assignment: string): Values {
  return splitAssignments(assignment).reduce<Values>((current, part) => {
    const { path, value } = parseAssignment(part);
    return set(current, path, value) as Values;
  }, values);
}

type Path = readonly (string | number)[];

/** Lists are grown to the index named: not beyond what anybody writes by hand (helm has the same bound). */
const MAX_INDEX = 65_536;

/** At commas that no backslash and no brace protects. */
function splitAssignments(text: string): readonly string[] {
  return splitAt(text, ',').filter((part) => part.trim() !== '');
}

function parseAssignment(part: string): { path: Path; value: unknown } {
  const [left, ...rest] = splitAt(part, '=');
  if (left === undefined || rest.length === 0)
    throw new SyntaxError(`"${part}" has no value: write name=value`);
  const path = splitAt(left.trim(), '.').flatMap(parseStep);
  if (path.some((step) => step === '')) throw new SyntaxError(`"${part}" has an empty name`);
  return { path, value: parseValue(rest.join('=')) };
}

/** `hosts[0][1]` is three steps. */
function parseStep(step: string): Path {
  const match = /^(.*?)((?:\[\d+\])*)$/s.exec(step);
  const name = withoutBackslashes(match?.[1] ?? step);
  const indexes = [...(match?.[2] ?? '').matchAll(/\d+/g)].map(([digits]) => Number(digits));
  const excess = indexes.find((index) => index > MAX_INDEX);
  if (excess !== undefined) throw new SyntaxError(`the index ${excess} is too large`);
  return [name, ...indexes];
}

function parseValue(text: string): unknown {
  const braces = /^\{(.*)\}$/s.exec(text);
  if (braces) return braces[1] === '' ? [] : splitAt(braces[1] ?? '', ',').map(parseScalar);
  return parseScalar(text);
}

function parseScalar(text: string): unknown {
  const value = withoutBackslashes(text);
  const word = value.toLowerCase();
  if (word === 'true' || word === 'false') return word === 'true';
  if (word === 'null') return null;
  const isNumber = /^(0|-?[1-9]\d*)$/.test(value) && Number.isSafeInteger(Number(value));
  return isNumber ? Number(value) : value;
}

function set(target: unknown, path: Path, value: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (typeof step === 'number') {
    const list = Array.isArray(target) ? [...target] : [];
    while (list.length < step) list.push(null);
    list[step] = set(list[step], rest, value);
    return list;
  }
  const map = new Map(isRecord(target) ? Object.entries(target) : []);
  map.set(step, set(map.get(step), rest, value));
  return Object.fromEntries(map);
}

/** Splits where `separator` stands outside braces and without a backslash before it. */
function splitAt(text: string, separator: string): readonly string[] {
  const parts = [''];
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    const char = text.charAt(index);
    if (char === '{') depth++;
    if (char === '}') depth = Math.max(0, depth - 1);
    if (char === separator && depth === 0) {
      parts.push('');
      continue;
    }
    const taken = char === '\\' ? text.slice(index, index + 2) : char;
    parts[parts.length - 1] += taken;
    index += taken.length - 1;
  }
  return parts;
}

const withoutBackslashes = (text: string): string => text.replace(/\\(.)/gs, '$1');
