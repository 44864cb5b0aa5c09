import { constants, createDeflate, createInflate } from 'node:zlib';
import { spdyDictionary } from './spdy-dictionary.ts';

/** The headers of a connection: all blocks of one direction are one compressed stream. */
export interface SpdyHeaders {
  read(block: Buffer): Promise<ReadonlyMap<string, string>>;
  /** a block that says nothing */
  empty(): Promise<Buffer>;
}

export function createSpdyHeaders(): SpdyHeaders {
  const dictionary = spdyDictionary();
  const inflate = createInflate({ dictionary, finishFlush: constants.Z_SYNC_FLUSH });
  const deflate = createDeflate({ dictionary });
  const through = (codec: typeof inflate | typeof deflate, bytes: Buffer): Promise<Buffer> => {
    const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
    const parts: Buffer[] = [];
    const onData = (part: Buffer) => parts.push(part);
    codec.on('data', onData).once('error', reject);
    codec.write(bytes);
    codec.flush(constants.Z_SYNC_FLUSH, () => {
      codec.off('data', onData).off('error', reject);
      resolve(Buffer.concat(parts));
    });
    return promise;
  };
  return {
    read: async (block) => pairsOf(await through(inflate, block)),
    empty: () => through(deflate, Buffer.alloc(4)),
  };
}

/** How many, then name and value of each, all with their lengths in front. */
function pairsOf(bytes: Buffer): ReadonlyMap<string, string> {
  const pairs = new Map<string, string>();
  let at = 4;
  const text = () => {
    const end = at + 4 + bytes.readUInt32BE(at);
    const found = bytes.toString('utf8', at + 4, end);
    at = end;
    return found;
  };
  for (let left = bytes.readUInt32BE(0); left > 0; left -= 1) pairs.set(text().toLowerCase(), text());
  return pairs;
}
