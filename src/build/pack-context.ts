import { createHash } from 'node:crypto';
import { read as readCallback, readSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough, pipeline, type Readable } from 'node:stream';
import { promisify } from 'node:util';
import { type Header, type Pack, pack } from 'tar-stream';
import type { ContextEntry } from './build-context.ts';
import { isTrusted } from './file-stamp.ts';
import { ContextChanged, readListed } from './open-listed.ts';

const read = promisify(readCallback);
/** Smaller files are read in one synchronous call: a trip through the thread pool costs more than the read. */
const CHUNK = 1 << 18;

export interface PackOptions {
  /** absolute */
  readonly folder: string;
  readonly entries: readonly ContextEntry[];
  /** of the files, by path: what the tag was made from */
  readonly hashes: ReadonlyMap<string, string>;
  /** texts sent in the place of files, or beside them, by path */
  readonly texts: ReadonlyMap<string, string>;
  /** ms since the epoch */
  readonly now: number;
  /** where a file goes in the archive; default: where it is in the context */
  places?(path: string): readonly string[];
}

/**
 * The build context as a tar archive. It holds exactly the listed content: when a file changed since, the stream ends
 * with a ContextChanged instead of a short or mixed archive. Times are kept, since servers make ETags of them and
 * BuildKit's cache does not look at them; owners are not.
 */
export function packContext(options: PackOptions, signal: AbortSignal): Readable {
  const archive = pack();
  const stream = new PassThrough();
  const abort = () => archive.destroy(signal.reason as Error);
  signal.addEventListener('abort', abort, { once: true });
  // The library's streams are not Node's. Who reads this one may come later than its first error.
  pipeline(archive as unknown as NodeJS.ReadableStream, stream, () =>
    signal.removeEventListener('abort', abort),
  );
  stream.on('error', () => {});
  if (signal.aborted) abort();
  else fill(archive, options, signal).catch((error: Error) => archive.destroy(error));
  return stream;
}

async function fill(archive: Pack, options: PackOptions, signal: AbortSignal): Promise<void> {
  const { entries, texts } = options;
  for (const entry of entries) {
    signal.throwIfAborted();
    const text = texts.get(entry.path);
    await (text === undefined ? add(archive, entry, options) : addText(archive, entry.path, text));
  }
  const listed = new Set(entries.map(({ path }) => path));
  for (const [path, text] of texts) if (!listed.has(path)) await addText(archive, path, text);
  archive.finalize();
}

async function add(archive: Pack, entry: ContextEntry, options: PackOptions): Promise<void> {
  const { kind, path, mode, stamp, target } = entry;
  const header = {
    name: path,
    mode,
    uid: 0,
    gid: 0,
    mtime: new Date(Number(stamp.mtimeNs / 1_000_000n)),
  };
  if (kind === 'directory') return write(archive, { ...header, type: 'directory' });
  if (kind === 'link') return write(archive, { ...header, type: 'symlink', linkname: target ?? '' });
  const file = join(options.folder, path);
  const expected = isTrusted(stamp, options.now) ? undefined : options.hashes.get(path);
  for (const name of options.places?.(path) ?? [path]) {
    await readListed(file, stamp, (fd) =>
      write(
        archive,
        { ...header, name, type: 'file', size: stamp.size },
        chunks(fd, stamp.size, file, expected),
      ),
    );
  }
}

function addText(archive: Pack, path: string, text: string): Promise<void> {
  const content = Buffer.from(text);
  return write(archive, { name: path, mode: 0o644, mtime: new Date(0), type: 'file', size: content.length }, [
    content,
  ]);
}

type EntryHeader = Partial<Header> & Pick<Header, 'name'>;

/** Exactly `size` bytes. A file whose stamp is too young to be trusted is checked by its hash as well. */
async function* chunks(descriptor: number, size: number, path: string, expected: string | undefined) {
  const hash = createHash('sha256');
  for (let position = 0; position < size; ) {
    const buffer = Buffer.allocUnsafe(Math.min(CHUNK, size - position));
    const bytesRead = await readAt(descriptor, buffer, position, size);
    if (bytesRead === 0) throw new ContextChanged(path);
    position += bytesRead;
    if (expected !== undefined) hash.update(buffer.subarray(0, bytesRead));
    if (position === size && expected !== undefined && hash.digest('hex') !== expected)
      throw new ContextChanged(path);
    yield buffer.subarray(0, bytesRead);
  }
}

function readAt(
  descriptor: number,
  buffer: Buffer,
  position: number,
  size: number,
): number | Promise<number> {
  if (size <= CHUNK) return readSync(descriptor, buffer, 0, buffer.length, position);
  return read(descriptor, buffer, 0, buffer.length, position).then(({ bytesRead }) => bytesRead);
}

/** Resolves when the entry is in the archive and the reader has taken what was before it. */
async function write(
  archive: Pack,
  header: EntryHeader,
  content: Iterable<Buffer> | AsyncIterable<Buffer> = [],
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const sink = archive.entry(header, (error) => (error ? reject(error) : resolve()));
  // An archive that is destroyed destroys its open entry, at any moment and both ways.
  sink.on('error', () => {});
  promise.catch(() => {});
  for await (const chunk of content) await written(sink, chunk);
  if (header.type === 'file') sink.end(null);
  return promise;
}

function written(sink: ReturnType<Pack['entry']>, chunk: Buffer): Promise<void> | undefined {
  if (sink.destroyed) throw new Error('the archive was closed');
  if (sink.write(chunk)) return undefined;
  const { promise, resolve } = Promise.withResolvers<void>();
  const taken = () => {
    sink.off('drain', taken);
    sink.off('close', taken);
    resolve();
  };
  sink.on('drain', taken);
  sink.on('close', taken);
  return promise;
}
