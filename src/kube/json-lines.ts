/** Bytes of one line that are kept; etcd takes objects of 1.5 MiB, and etcd's limit can be raised to 8. */
const LONGEST_LINE = 16 * 1024 * 1024;

/**
 * The values of a stream of JSON lines, split wherever its chunks were. Rejects when it ends within a line, when a
 * line is not JSON, or when one is longer than 16 MiB.
 */
export async function* jsonLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<unknown> {
  let parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      parts.push(chunk.subarray(start, end));
      const line = Buffer.concat(parts).toString();
      [parts, size, start] = [[], 0, end + 1];
      if (line.trim() !== '') yield JSON.parse(line);
    }
    if (start < chunk.length) parts.push(chunk.subarray(start));
    size += chunk.length - start;
    if (size > LONGEST_LINE) throw new Error(`a line of more than ${LONGEST_LINE} bytes`);
  }
  if (Buffer.concat(parts).toString().trim() !== '') throw new Error('the stream ended within a line');
}
