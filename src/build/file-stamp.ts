import type { BigIntStats } from 'node:fs';

/** What tells a file's content from another one without reading it. */
export interface FileStamp {
  readonly dev: bigint;
  readonly ino: bigint;
  readonly size: number;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
}

/** A write within the same tick of the clock as a read leaves the stamp as it was (git calls such entries racy). */
const TRUST_AFTER_MS = 2000;

export function toStamp({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): FileStamp {
  return { dev, ino, size: Number(size), mtimeNs, ctimeNs };
}

export function stampKey({ dev, ino, size, mtimeNs, ctimeNs }: FileStamp): string {
  return `${dev}:${ino}:${size}:${mtimeNs}:${ctimeNs}`;
}

/** Whether the file is so long unchanged that an equal stamp means equal content. `now` in ms since the epoch. */
export function isTrusted({ mtimeNs, ctimeNs }: FileStamp, now: number): boolean {
  const newest = mtimeNs > ctimeNs ? mtimeNs : ctimeNs;
  return Number(newest / 1_000_000n) < now - TRUST_AFTER_MS;
}
