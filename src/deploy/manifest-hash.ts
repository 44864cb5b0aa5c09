import { createHash } from 'node:crypto';

/** The same for manifests that mean the same, whatever the order of their keys: 128 bits of SHA-256, in hexadecimal. */
export function manifestHash(manifest: unknown): string {
  return createHash('sha256').update(canonicalJson(manifest)).digest('hex').slice(0, 32);
}

/** JSON with sorted keys and without what is undefined. Pure. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
  });
}
