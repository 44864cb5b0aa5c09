import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

/** Bytes of a line after which it is cut in two, as container runtimes do (containerd: max_container_log_line_size). */
const LONGEST = 16 * 1024;

/**
 * Tells each line of a stream as it ends, without its line end; `partial` is one that was cut, or not ended when the
 * stream was. Resolves when the stream is over.
 */
export async function readOutput(
  stream: Readable,
  onLine: (text: string, partial: boolean) => void,
): Promise<void> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  const take = (text: string): void => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line, false);
    for (; rest.length >= LONGEST; rest = rest.slice(LONGEST)) onLine(rest.slice(0, LONGEST), true);
  };
  stream.on('data', (chunk: Buffer) => take(decoder.write(chunk)));
  const { promise, resolve } = Promise.withResolvers<void>();
  stream.once('close', resolve).once('error', () => resolve());
  await promise;
  take(decoder.end());
  if (rest !== '') onLine(rest, true);
}
