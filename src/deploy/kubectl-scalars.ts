import type { Scalar } from 'yaml';
import type { Report, ScalarReader } from '../config/located-tree.ts';
import { readPlainScalar } from './plain-scalar.ts';

/** Scalars and keys as kubectl reads them, for documents parsed with the failsafe schema (everything is text). Pure. */
export const kubectlScalars: ScalarReader = { value: readValue, key: readKey };

const TAG = 'tag:yaml.org,2002:';

function readValue(scalar: Scalar, report: Report): unknown {
  const value = resolve(scalar);
  const offset = scalar.range?.[0] ?? 0;
  if (typeof value !== 'number') return value;
  if (!Number.isFinite(value)) {
    report('infinity and NaN are no numbers that JSON has: quote it if text is meant', offset);
    return null;
  }
  if (value === 0) return 0;
  if (Number.isInteger(value) && !Number.isSafeInteger(value) && /^[-+\d_]+$/.test(scalar.source ?? '')) {
    // Without the number: it may be a password.
    report('this number has more digits than are kept: quote it', offset);
  }
  return value;
}

function resolve(scalar: Scalar): unknown {
  const text = scalar.source ?? '';
  const { tag } = scalar;
  if (tag === `${TAG}binary`) return Buffer.from(text, 'base64').toString('utf8');
  if (tag === `${TAG}str` || (tag === undefined && scalar.type !== 'PLAIN')) return text;
  if (tag === undefined || tag.startsWith(TAG)) return readPlainScalar(text);
  return text;
}

/** JSON's keys are text: `on:` becomes "true" and `0x10:` becomes "16". */
function readKey(scalar: Scalar, report: Report): string {
  const value = resolve(scalar);
  if (value === null) report('a key must not be empty', scalar.range?.[0] ?? 0);
  return String(value);
}
