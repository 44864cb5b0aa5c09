import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { chmod, mkdir, rm, symlink, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract, type Header } from 'tar-stream';
import { SolveError } from '../build/solve-error.ts';
import { insideImage } from './inside.ts';

/** What an archive had, by path (no slash at either end): a hash of each entry's type, permissions and content. */
export type Unpacked = ReadonlyMap<string, string>;

/**
 * Unpacks a tar archive into a folder that is there. Owners are left out; devices and pipes, too. Nothing is written
 * outside of the folder, whatever the archive says. Rejects with a SolveError when it cannot be read.
 */
export async function unpackArchive(
  archive: Readable,
  folder: string,
  signal: AbortSignal,
): Promise<Unpacked> {
  const hashes = new Map<string, string>();
  const entries = extract();
  const piped = pipeline(archive, entries as unknown as NodeJS.WritableStream, { signal });
  piped.catch(() => {});
  try {
    for await (const entry of entries) {
      signal.throwIfAborted();
      const path = join('/', entry.header.name).replace(/^\/|\/$/g, '');
      const hash = await unpackEntry(entry.header, entry as unknown as Readable, path, folder);
      if (hash !== undefined) hashes.set(path, hash);
      entry.resume();
    }
    await piped;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof SolveError) throw error;
    throw new SolveError(`the archive cannot be unpacked: ${error instanceof Error ? error.message : error}`);
  }
  return hashes;
}

async function unpackEntry(
  { type, mode = 0o644, mtime, linkname }: Header,
  content: Readable,
  path: string,
  folder: string,
): Promise<string | undefined> {
  if (path === '') return undefined;
  // The entry's own folder may be a link of the archive; the entry itself replaces whatever is there.
  const parent = dirname(path);
  await insideImage(folder, parent);
  const to = join(folder, path);
  await mkdir(dirname(to), { recursive: true });
  const hash = createHash('sha256').update(`${type} ${(mode & 0o7777).toString(8)} ${linkname ?? ''}\n`);
  if (type === 'directory') {
    await mkdir(to, { recursive: true });
    await chmod(to, mode | 0o700);
  } else if (type === 'symlink') {
    await rm(to, { recursive: true, force: true });
    await symlink(linkname ?? '', to);
  } else if (type === 'file') {
    await rm(to, { recursive: true, force: true });
    await pipeline(
      content,
      async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          hash.update(chunk);
          yield chunk;
        }
      },
      createWriteStream(to, { mode: 0o600 }),
    );
    await chmod(to, mode);
    if (mtime) await utimes(to, mtime, mtime);
  } else return undefined;
  return hash.digest('hex');
}
