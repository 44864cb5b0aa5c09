import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { ContextEntry } from './build-context.ts';
import type { FileHashes } from './file-hashes.ts';

/** Hashing is synchronous for small files: after this long others get their turn (screen, forwards). In ms. */
const TURN = 10;

/** The content hashes of a context's files, by path. Rejects with ContextChanged when one changed since it was listed. */
export async function hashContext(
  folder: string,
  entries: readonly ContextEntry[],
  hashes: FileHashes,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const result = new Map<string, string>();
  let turn = performance.now();
  for (const { kind, path, stamp } of entries) {
    signal.throwIfAborted();
    if (kind === 'file') result.set(path, await hashes.hash(join(folder, path), stamp, signal));
    if (performance.now() - turn < TURN) continue;
    await setImmediate();
    turn = performance.now();
  }
  return result;
}
