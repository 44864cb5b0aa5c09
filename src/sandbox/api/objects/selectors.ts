import { refuse } from '../api-error.ts';
import type { StoredObject } from './stored-object.ts';

/** Whether an object is meant. */
export type Selector = (object: StoredObject) => boolean;

const EVERYTHING: Selector = () => true;

/**
 * A label selector as the API takes it: `a=b`, `a==b`, `a!=b`, `a in (b,c)`, `a notin (b)`, `a`, `!a`. Throws an ApiError
 * of 400 for anything else. Pure.
 */
export function labelSelector(text: string | undefined): Selector {
  if (text === undefined || text.trim() === '') return EVERYTHING;
  const tests = splitSelector(text).map(requirement);
  return ({ metadata }) => tests.every((test) => test(metadata.labels ?? {}));
}

type Labels = Readonly<Record<string, string>>;

function splitSelector(text: string): string[] {
  return text.split(/,(?![^(]*\))/).map((part) => part.trim());
}

function requirement(text: string): (labels: Labels) => boolean {
  const set = /^([\w./-]+)\s+(in|notin)\s+\(([^)]*)\)$/.exec(text);
  if (set) {
    const [, key = '', operator, list = ''] = set;
    const values = new Set(list.split(',').map((value) => value.trim()));
    return operator === 'in'
      ? (labels) => key in labels && values.has(labels[key] ?? '')
      : (labels) => !(key in labels && values.has(labels[key] ?? ''));
  }
  const equal = /^([\w./-]+)\s*(==?|!=)\s*([\w.-]*)$/.exec(text);
  if (equal) {
    const [, key = '', operator, value] = equal;
    return operator === '!=' ? (labels) => labels[key] !== value : (labels) => labels[key] === value;
  }
  const exists = /^(!?)\s*([\w./-]+)$/.exec(text);
  if (exists) {
    const [, not, key = ''] = exists;
    return (labels) => key in labels === (not === '');
  }
  throw refuse.badRequest(`unable to parse requirement: ${text}`);
}

/** `metadata.name=a,status.phase!=Running`: any field of the object, by its path. Throws an ApiError of 400. Pure. */
export function fieldSelector(text: string | undefined): Selector {
  if (text === undefined || text.trim() === '') return EVERYTHING;
  const tests = text.split(',').map((part) => {
    const found = /^\s*([\w.]+)\s*(==?|!=)\s*(.*?)\s*$/.exec(part);
    if (!found) throw refuse.badRequest(`invalid field selector: ${part}`);
    const [, path = '', operator, value = ''] = found;
    return (object: StoredObject) => (fieldAt(object, path) === value) === (operator !== '!=');
  });
  return (object) => tests.every((test) => test(object));
}

/** Kubernetes says "" for a field that is not there. */
function fieldAt(object: unknown, path: string): string {
  let value: unknown = object;
  for (const key of path.split('.')) value = (value as Record<string, unknown> | undefined)?.[key];
  return value === undefined || value === null ? '' : String(value);
}
