import { createHash } from 'node:crypto';

/** Characters that make no words (k8s.io/apimachinery/pkg/util/rand). */
const LETTERS = 'bcdfghjklmnpqrstvwxz2456789';

/**
 * Ten characters that tell one template from another. Kubernetes hashes how Go prints the template, so that its own hashes
 * are others; nothing but its controllers reads them. Pure.
 */
export function templateHash(template: unknown): string {
  const bytes = createHash('sha256').update(JSON.stringify(template)).digest().subarray(0, 10);
  return [...bytes].map((byte) => LETTERS[byte % LETTERS.length]).join('');
}
