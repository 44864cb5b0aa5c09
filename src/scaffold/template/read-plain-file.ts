import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

export type PlainFile =
  | { readonly content: Uint8Array; readonly executable: boolean }
  | { readonly problem: string };

/**
 * Reads a regular file, and nothing else: a link is not followed, a pipe or device is not waited for. Never rejects: what
 * is wrong is told in words. @param limit bytes
 */
export async function readPlainFile(file: string, limit: number): Promise<PlainFile> {
  try {
    const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const stats = await handle.stat();
      if (!stats.isFile()) return { problem: 'is no regular file' };
      if (stats.size > limit) return { problem: `is larger than ${bytesInWords(limit)}` };
      const content = await readAtMost(handle, limit + 1);
      if (content.length > limit) return { problem: `is larger than ${bytesInWords(limit)}` };
      return { content, executable: (stats.mode & 0o100) !== 0 };
    } finally {
      await handle.close();
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ELOOP') return { problem: 'is a symbolic link' };
    if (code === 'ENXIO') return { problem: 'is no regular file' };
    return { problem: code === 'ENOENT' ? 'is not there' : `cannot be read: ${message}` };
  }
}

/** `10 MB`: limits are whole numbers of them. */
export function bytesInWords(bytes: number): string {
  return bytes >= 1_000_000 ? `${bytes / 1_000_000} MB` : `${bytes / 1000} kB`;
}

/** A file that grows while it is read is cut off. */
async function readAtMost(
  handle: {
    read(buffer: Uint8Array, offset: number): Promise<{ bytesRead: number }>;
    stat(): Promise<{ size: number }>;
  },
  limit: number,
): Promise<Uint8Array> {
  const { size } = await handle.stat();
  const buffer = new Uint8Array(Math.min(size + 1, limit));
  let length = 0;
  while (length < buffer.length) {
    const { bytesRead } = await handle.read(buffer, length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return buffer.subarray(0, length);
}
