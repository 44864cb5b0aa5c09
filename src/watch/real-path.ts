import { realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** A path with its links resolved, as far as it exists: what is below may come yet, or has gone. */
export async function realPath(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(await realPath(parent), basename(path));
  }
}
