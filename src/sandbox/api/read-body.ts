import type { IncomingMessage } from 'node:http';
import { parse } from 'yaml';
import { ApiError, refuse } from './api-error.ts';

/** Bytes of a body; etcd takes 1.5 MiB, a request 3 MiB. */
const MOST = 3 * 1024 * 1024;

/** The body of a request, parsed; undefined: it is empty. Throws an ApiError: 400, 413, 415. */
export async function readBody(request: IncomingMessage, contentType: string): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MOST) throw new ApiError(413, 'RequestEntityTooLarge', `limit is ${MOST}`);
    chunks.push(chunk);
  }
  const bytes = Buffer.concat(chunks);
  if (bytes.length === 0) return undefined;
  if (contentType === 'application/vnd.kubernetes.protobuf') {
    // Only kubectl's own commands send it: others need not wait for the tables to be read.
    const { decodeObject } = await import('./protobuf/decode-object.ts');
    return decodeObject(bytes);
  }
  const text = bytes.toString();
  try {
    return contentType.includes('yaml') ? parse(text) : JSON.parse(text);
  } catch (error) {
    throw refuse.badRequest(
      `the object provided is unrecognized: ${error instanceof Error ? error.message : error}`,
    );
  }
}
