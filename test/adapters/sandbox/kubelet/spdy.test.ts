import { createHash } from 'node:crypto';
import { createServer } from 'node:net';
import { duplexPair } from 'node:stream';
import { constants, createDeflate } from 'node:zlib';
import { expect, onTestFinished, test, vi } from 'vitest';
import { spdyDictionary } from '../../../../src/sandbox/kubelet/streams/spdy-dictionary.ts';
import { forwardOverSpdy } from '../../../../src/sandbox/kubelet/streams/spdy-forward.ts';
import { createFrameReader, writeFrame } from '../../../../src/sandbox/kubelet/streams/spdy-frames.ts';

test('the dictionary is the one that all use', () => {
  const hash = createHash('sha256').update(spdyDictionary()).digest('hex');
  expect(hash).toBe('51d27341373f923f3cd88e1eb7162aeaa3723d7585ff2399201dc06498407f02');
});

test('frames are found however their bytes come', () => {
  const bytes = Buffer.concat([
    writeFrame.data(3, Buffer.from('hello')),
    writeFrame.ping(7),
    writeFrame.data(3, Buffer.alloc(0), true),
  ]);
  const read = createFrameReader();
  const frames = [...bytes].flatMap((byte) => read(Buffer.of(byte)));
  expect(frames).toEqual([
    { is: 'data', stream: 3, isLast: false, bytes: Buffer.from('hello') },
    { is: 'ping', id: 7 },
    { is: 'data', stream: 3, isLast: true, bytes: Buffer.alloc(0) },
  ]);
});

/** A frame that opens a stream, as the first of its connection. */
function openFrame(stream: number, block: Buffer): Buffer {
  const body = Buffer.concat([Buffer.alloc(10), block]);
  body.writeUInt32BE(stream);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(0x80030001);
  head.writeUInt32BE(body.length, 4);
  return Buffer.concat([head, body]);
}

function pairs(headers: Record<string, string>): Buffer {
  const number = (value: number) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return bytes;
  };
  const texts = Object.entries(headers).flat();
  return Buffer.concat([
    number(texts.length / 2),
    ...texts.flatMap((one) => [number(one.length), Buffer.from(one)]),
  ]);
}

async function forward(port: number) {
  const [client, server] = duplexPair();
  void forwardOverSpdy(server, '127.0.0.1');
  onTestFinished(() => void client.destroy());
  const frames: ReturnType<ReturnType<typeof createFrameReader>> = [];
  const read = createFrameReader();
  client.on('data', (bytes: Buffer) => frames.push(...read(bytes)));
  // Both blocks are one compressed stream: they are cut where the first is flushed.
  const dictionary = spdyDictionary();
  const first = pairs({ streamtype: 'error', port: String(port), requestid: '0' });
  const second = pairs({ streamtype: 'data', port: String(port), requestid: '0' });
  const deflate = createDeflate({ dictionary });
  const blocks: Buffer[] = [];
  for (const part of [first, second]) {
    const pieces: Buffer[] = [];
    deflate.on('data', (bytes: Buffer) => pieces.push(bytes)).write(part);
    await new Promise<void>((resolve) => deflate.flush(constants.Z_SYNC_FLUSH, resolve));
    deflate.removeAllListeners('data');
    blocks.push(Buffer.concat(pieces));
  }
  client.write(openFrame(1, blocks[0]!));
  client.write(openFrame(3, blocks[1]!));
  client.write(writeFrame.ping(1));
  return { client, frames };
}

const textOf = (frames: { is: string; stream?: number; bytes?: Buffer }[], stream: number) =>
  Buffer.concat(
    frames.flatMap((frame) => (frame.is === 'data' && frame.stream === stream ? [frame.bytes!] : [])),
  ).toString();

test('a connection is a pair of streams: data both ways, then the end of both', async () => {
  const echo = createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket)).listen(0, '127.0.0.1');
  onTestFinished(() => void echo.close());
  await vi.waitUntil(() => echo.listening);
  const { client, frames } = await forward((echo.address() as { port: number }).port);
  client.write(writeFrame.data(3, Buffer.from('hello')));
  client.write(writeFrame.data(3, Buffer.alloc(0), true));
  await vi.waitUntil(() => frames.filter((frame) => frame.is === 'data' && frame.isLast).length === 2);
  expect(textOf(frames, 3)).toBe('hello');
  expect(textOf(frames, 1)).toBe('');
  expect(frames).toContainEqual({ is: 'ping', id: 1 });
});

test('a port that nobody listens on is told on the error stream', async () => {
  const { frames } = await forward(1);
  await vi.waitUntil(() => frames.filter((frame) => frame.is === 'data' && frame.isLast).length === 2);
  expect(textOf(frames, 1)).toContain(
    'error forwarding port 1 to pod 127.0.0.1: failed to connect to localhost:1',
  );
  expect(textOf(frames, 1)).toContain('connection refused');
});
