import { CONFIG_HASH_ANNOTATION, MANAGED_BY, PART_OF_LABEL } from './labels.ts';
import { isMap } from './manifest.ts';

/**
 * An object without the labels and annotations that rockpool keeps its books with, pod templates and whatever else has
 * metadata included. A changed configuration makes new pods: its hash stays. Pure.
 */
export function withoutMarks<T>(value: T): T {
  return clean(value) as T;
}

function clean(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(clean);
  if (!isMap(value)) return value;
  const { metadata, ...rest } = value;
  const entries = Object.entries(rest).map(([key, inner]) => [key, clean(inner)] as const);
  const cleaned = Object.fromEntries(entries);
  if (metadata === undefined) return cleaned;
  // The order of keys is the reader's.
  return Object.fromEntries(
    Object.keys(value).map((key) => [key, key === 'metadata' ? cleanMetadata(metadata) : cleaned[key]]),
  );
}

function cleanMetadata(metadata: unknown): unknown {
  if (!isMap(metadata)) return metadata;
  return Object.fromEntries(
    Object.entries(metadata).flatMap(([key, value]) => {
      if ((key !== 'labels' && key !== 'annotations') || !isMap(value)) return [[key, value]];
      const kept = Object.entries(value).filter(([name, text]) => !isMark(name, text));
      return kept.length > 0 ? [[key, Object.fromEntries(kept)]] : [];
    }),
  );
}

function isMark(name: string, value: unknown): boolean {
  if (name === CONFIG_HASH_ANNOTATION) return false;
  if (name in MANAGED_BY) return value === MANAGED_BY['app.kubernetes.io/managed-by'];
  return name === PART_OF_LABEL || name.startsWith('rockpool.dev/');
}
