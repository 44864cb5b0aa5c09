import { constants, open } from 'node:fs/promises';
import { join } from 'node:path';

/** What people write by hand is smaller; a bundle of CRDs may reach half of it. */
const MAX_BYTES = 1024 * 1024;

/** A pipe that took the place of a file answers at once. */
const NEVER_WAIT = constants.O_RDONLY | constants.O_NONBLOCK;

/** The text of a file without a byte order mark; undefined when it cannot be read, is no file, is binary or too large. */
export async function readText(root: string, path: string): Promise<string | undefined> {
  const file = await open(join(root, path), NEVER_WAIT).catch(() => undefined);
  if (!file) return undefined;
  try {
    const found = await file.stat();
    if (!found.isFile() || found.size > MAX_BYTES) return undefined;
    const bytes = await file.readFile();
    return bytes.includes(0) ? undefined : bytes.toString('utf8').replace(/^\uFEFF/, '');
  } catch {
    return undefined;
  } finally {
    await file.close();
  }
}
