/** A file as seen at some moment; undefined where one is expected means it is not there. */
export interface FileSight {
  readonly size: number;
  readonly ino: number;
  /** ms since the epoch */
  readonly mtimeMs: number;
  readonly ctimeMs: number;
}

/** What is known of a file that is being changed. */
export interface FileWrite {
  /** how it was before the change, if it was there and seen */
  readonly before?: FileSight | undefined;
  readonly seen?: FileSight | undefined;
  /** when it last grew from something to more; in the pace's ms */
  readonly grewAt?: number;
}

/** A writer that has paused this long, in ms, is taken to be done; three times the pauses of one that writes line by line. */
export const WRITER_PAUSE = 100;

/** Takes another look at a file into account. Pure. */
export function seeFile(write: FileWrite, seen: FileSight | undefined, now: number): FileWrite {
  const last = write.seen;
  const grew = last && seen && last.size > 0 && seen.size > last.size && seen.ino === last.ino;
  return { ...write, seen, ...(grew ? { grewAt: now } : {}) };
}

/**
 * Whether a file looks half-written: it is empty but was not, it lost more than half in place, or it has just grown.
 * `touchedAt` is when it was last written to, as far as known. Pure. A file put in place by a rename is complete.
 */
export function isHalfWritten({ before, seen, grewAt }: FileWrite, touchedAt: number, now: number): boolean {
  if (!seen) return false;
  if (grewAt !== undefined) return now - grewAt < WRITER_PAUSE;
  const inPlace = before !== undefined && before.ino === seen.ino;
  const cut = inPlace && before.size > 0 && seen.size < before.size / 2;
  return cut && now - touchedAt < WRITER_PAUSE;
}

/** Whether two looks saw the same content, owner and mode. */
export function sameSight(a: FileSight | undefined, b: FileSight | undefined): boolean {
  if (!a || !b) return a === b;
  return a.size === b.size && a.ino === b.ino && a.mtimeMs === b.mtimeMs && a.ctimeMs === b.ctimeMs;
}
