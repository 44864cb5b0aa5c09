import { statSync } from 'node:fs';
import { QUIET_MS } from './coalesce.ts';

/** How long an empty file is given to be filled: editors that save in place truncate first. */
const EMPTY_MS = 100;

/** ms to wait because one of the files is likely being written still: it changed this very moment, or is empty. */
export function stillWritten(paths: readonly string[], waited: number): number {
  for (const path of paths) {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (!stats?.isFile()) continue;
    const age = Date.now() - stats.mtimeMs;
    if (age >= 0 && age < QUIET_MS) return Math.ceil(QUIET_MS - age);
    if (stats.size === 0 && waited < EMPTY_MS) return EMPTY_MS - waited;
  }
  return 0;
}
