/** A frame of SPDY/3.1, as far as port forwarding needs them. */
export type SpdyFrame =
  | { readonly is: 'data'; readonly stream: number; readonly isLast: boolean; readonly bytes: Buffer }
  | { readonly is: 'open'; readonly stream: number; readonly isLast: boolean; readonly headers: Buffer }
  | { readonly is: 'reset'; readonly stream: number }
  | { readonly is: 'ping'; readonly id: number }
  | { readonly is: 'goAway' }
  | { readonly is: 'other' };

const FIN = 1;
const HEAD = 8;

/** Takes frames out of bytes that come in pieces. @returns the frames that these bytes complete */
export function createFrameReader(): (bytes: Buffer) => SpdyFrame[] {
  let rest: Buffer = Buffer.alloc(0);
  return (bytes) => {
    rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
    const frames: SpdyFrame[] = [];
    while (rest.length >= HEAD) {
      const size = HEAD + rest.readUIntBE(5, 3);
      if (rest.length < size) break;
      frames.push(frameOf(rest.subarray(0, size)));
      rest = rest.subarray(size);
    }
    return frames;
  };
}

function frameOf(bytes: Buffer): SpdyFrame {
  const isLast = ((bytes[4] ?? 0) & FIN) !== 0;
  const body = bytes.subarray(HEAD);
  const isControl = ((bytes[0] ?? 0) & 128) !== 0;
  if (!isControl) return { is: 'data', stream: bytes.readUInt32BE(0), isLast, bytes: body };
  switch (bytes.readUInt16BE(2)) {
    case 1:
      // The stream, an associated one, and two bytes of priority come before the headers.
      return { is: 'open', stream: body.readUInt32BE(0), isLast, headers: body.subarray(10) };
    case 3:
      return { is: 'reset', stream: body.readUInt32BE(0) };
    case 6:
      return { is: 'ping', id: body.readUInt32BE(0) };
    case 7:
      return { is: 'goAway' };
    default:
      return { is: 'other' };
  }
}

/** Pure. */
export const writeFrame = {
  data(stream: number, bytes: Buffer, isLast = false): Buffer {
    const head = Buffer.alloc(HEAD);
    head.writeUInt32BE(stream, 0);
    head.writeUInt32BE(bytes.length, 4);
    head[4] = isLast ? FIN : 0;
    return Buffer.concat([head, bytes]);
  },
  /** the answer to `open`; its headers are compressed */
  opened: (stream: number, headers: Buffer) => control(2, Buffer.concat([uint32(stream), headers])),
  ping: (id: number) => control(6, uint32(id)),
};

function control(type: number, body: Buffer): Buffer {
  const head = Buffer.alloc(HEAD);
  head.writeUInt16BE(0x8003, 0);
  head.writeUInt16BE(type, 2);
  head.writeUInt32BE(body.length, 4);
  return Buffer.concat([head, body]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
