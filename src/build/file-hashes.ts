import { createHash } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Clock } from '../session/ports.ts';
import { type FileStamp, isTrusted, stampKey } from './file-stamp.ts';
import { readListed } from './open-listed.ts';

/** SHA-256 of files, remembered between runs. */
export interface FileHashes {
  /** The hash of a file that was listed with this stamp, in hex. Rejects with ContextChanged when it is another by now. */
  hash(path: string, stamp: FileStamp, signal: AbortSignal): Promise<string>;
  /** Writes what is new to disk, if anything. Never rejects: it is a cache. */
  save(): Promise<void>;
}

/** 13 MB on disk; what was not asked for the longest time goes first. */
const KEPT = 100_000;
/** Larger files are streamed. */
const WHOLE = 1 << 20;

/** @param file where the hashes are kept; a damaged one counts as empty */
export function createFileHashes({ file, clock }: { file: string; clock: Pick<Clock, 'now'> }): FileHashes {
  const loaded = load(file);
  let unsaved = false;
  return {
    async hash(path, stamp, signal) {
      const hashes = await loaded;
      const key = stampKey(stamp);
      const known = hashes.get(key);
      if (known !== undefined) return remember(hashes, key, known);
      const hash = await readListed(path, stamp, (fd) =>
        stamp.size > WHOLE ? hashLarge(fd, signal) : hashSmall(fd),
      );
      if (isTrusted(stamp, clock.now())) {
        remember(hashes, key, hash);
        unsaved = true;
      }
      return hash;
    },
    async save() {
      if (!unsaved) return;
      unsaved = false;
      await write(file, await loaded);
    },
  };
}

function remember(hashes: Map<string, string>, key: string, hash: string): string {
  hashes.delete(key);
  hashes.set(key, hash);
  const [oldest] = hashes.size > KEPT ? hashes.keys() : [];
  if (oldest !== undefined) hashes.delete(oldest);
  return hash;
}

function hashSmall(descriptor: number): string {
  return createHash('sha256').update(readFileSync(descriptor)).digest('hex');
}

async function hashLarge(descriptor: number, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream('', { fd: descriptor, autoClose: false, signal }))
    hash.update(chunk);
  return hash.digest('hex');
}

async function load(file: string): Promise<Map<string, string>> {
  try {
    const { v, hashes } = JSON.parse(await readFile(file, 'utf8')) as { v: unknown; hashes: unknown };
    const entries: unknown[] = v === 1 && Array.isArray(hashes) ? hashes : [];
    return new Map(entries.filter(isEntry));
  } catch {
    return new Map();
  }
}

function isEntry(entry: unknown): entry is [string, string] {
  return Array.isArray(entry) && typeof entry[0] === 'string' && /^[0-9a-f]{64}$/.test(String(entry[1]));
}

async function write(file: string, hashes: ReadonlyMap<string, string>): Promise<void> {
  const next = `${file}.${process.pid}`;
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(next, JSON.stringify({ v: 1, hashes: [...hashes] }), { mode: 0o600 });
    await rename(next, file);
  } catch {
    await rm(next, { force: true }).catch(() => {});
  }
}
