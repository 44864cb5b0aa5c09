import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { RockpoolError } from '../session/failure.ts';
import { type FileStamp, stampKey, toStamp } from './file-stamp.ts';

/** A file was written, replaced or removed between listing and reading it: list again. */
export class ContextChanged extends Error {
  readonly path: string;

  constructor(path: string) {
    super(`${path} changed while it was read`);
    this.name = 'ContextChanged';
    this.path = path;
  }
}

/**
 * Opens a file that was listed, lets `read` have its descriptor and closes it. Rejects with ContextChanged when it is
 * not the listed one before or after, with a RockpoolError when it cannot be read. A link or pipe that took the file's
 * place is not followed or waited for.
 */
export async function readListed<T>(
  path: string,
  stamp: FileStamp,
  read: (descriptor: number) => T | Promise<T>,
): Promise<T> {
  const descriptor = open(path);
  try {
    assertSame(path, descriptor, stamp);
    const result = await read(descriptor);
    assertSame(path, descriptor, stamp);
    return result;
  } finally {
    closeSync(descriptor);
  }
}

/** The expected error for a path of the build context that the system does not let us read. */
export function unreadable(path: string, cause: unknown): RockpoolError {
  return new RockpoolError(
    {
      code: 'CONTEXT_UNREADABLE',
      subject: path,
      message: `${path} is in the build context and cannot be read: ${cause instanceof Error ? cause.message : cause}.`,
      hint: 'Make it readable, or name it in .dockerignore.',
    },
    { cause },
  );
}

function open(path: string): number {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const gone = ['ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO'].includes(
      (error as NodeJS.ErrnoException).code ?? '',
    );
    throw gone ? new ContextChanged(path) : unreadable(path, error);
  }
}

function assertSame(path: string, descriptor: number, stamp: FileStamp): void {
  if (stampKey(toStamp(fstatSync(descriptor, { bigint: true }))) !== stampKey(stamp))
    throw new ContextChanged(path);
}
