import { addAbortSignal, Duplex } from 'node:stream';
import type { RawData, WebSocket } from 'ws';
import type { KubeClient } from './kube-client.ts';
import { resourcePath } from './kube-path.ts';
import { PortForwardError, portForwardErrorOf } from './port-forward-error.ts';

export interface PortForwardTarget {
  readonly namespace: string;
  readonly pod: string;
  readonly port: number;
}

export interface PortForwardTiming {
  /**
   * ms between pings, so that nothing between here and the node takes the connection for idle; one that is not answered
   * until the next tells that the connection is dead; default 20 s
   */
  readonly ping?: number;
  /** ms without a byte from the pod after the local end, until the connection is given up; default 30 s */
  readonly grace?: number;
}

/**
 * The only one that nodes speak here. It cannot tell the pod that no more comes, and telling would do harm: containerd
 * drops both directions a second after the first has ended (socat: half a second), and a later reply with them.
 */
const PROTOCOL = 'v4.channel.k8s.io';
const DATA = 0;
const ERROR = 1;
/** Bytes that may wait in the WebSocket before a writer is made to wait. */
const QUEUED = 1024 * 1024;
/** Bytes of one message; the kubelet takes 32 MiB. */
const MESSAGE = 256 * 1024;
/** WebSocket close code for a connection that ended without a closing handshake (RFC 6455 section 7.4.1). */
const ABNORMAL = 1006;
const LOST = 'the connection to the apiserver was lost';

/**
 * A connection to a port of a pod. It resolves when the apiserver has taken the request, which says nothing of the port
 * yet: when nothing listens there, the stream fails with a PortForwardError of code REFUSED before any byte.
 *
 * The stream holds at most 1 MiB in either direction. Ending it keeps the other direction open until the pod's side
 * ends too, or sends nothing for 30 s: the pod is not told of the end, since this protocol cannot say it. When the pod's
 * side has ended (the node says so a second late), the stream ends, and what is written then is dropped. A failure after
 * the first byte is told when all that came before it was read. The signal destroys the stream.
 *
 * Rejects as KubeClient.websocket does: 404 when there is no such pod.
 */
export async function openPortForward(
  client: Pick<KubeClient, 'websocket'>,
  target: PortForwardTarget,
  signal: AbortSignal,
  timing: PortForwardTiming = {},
): Promise<Duplex> {
  const { namespace, pod, port } = target;
  const path = resourcePath(pods, { namespace, name: pod, subresource: 'portforward' });
  const socket = await client.websocket(`${path}?ports=${port}`, [PROTOCOL], signal);
  const stream = streamOver(socket, { ping: 20_000, grace: 30_000, ...timing });
  return addAbortSignal(signal, stream);
}

const pods = { group: '', version: 'v1', plural: 'pods', namespaced: true };

function streamOver(socket: WebSocket, { ping, grace }: Required<PortForwardTiming>): Duplex {
  const incoming = { bytes: 0, over: false };
  let failure: PortForwardError | undefined;
  let waiting: NodeJS.Timeout | undefined;
  const pings = setInterval(startPings(socket), ping);

  const stream = new Duplex({
    read: () => socket.resume(),
    write: (chunk: Buffer, _encoding, callback) => send(socket, chunk, callback),
    final(callback) {
      waiting = setTimeout(finish, grace);
      callback();
    },
    destroy(error, callback) {
      clearInterval(pings);
      clearTimeout(waiting);
      close(socket, error !== null);
      callback(error);
    },
  });

  /** The pod's side is over. What came before a failure is read first. */
  function finish(why?: PortForwardError): void {
    if (incoming.over || stream.destroyed) return;
    incoming.over = true;
    failure = why;
    if (failure !== undefined && incoming.bytes === 0) stream.destroy(failure);
    else stream.push(null);
  }

  function receive(bytes: Buffer): void {
    if (incoming.over || stream.destroyed) return;
    incoming.bytes += bytes.length;
    waiting?.refresh();
    if (!stream.push(bytes)) socket.pause();
  }

  // Whoever uses the stream sees its errors; one that comes before or after must not end the process.
  stream.on('error', () => {});
  stream.once('end', () => failure && stream.destroy(failure));
  onChannels(socket, receive, (text) => finish(portForwardErrorOf(text)));
  socket.on('close', (code) => finish(code === ABNORMAL ? new PortForwardError('LOST', LOST) : undefined));
  socket.resume();
  return stream;
}

/** What to do at each ping. A socket that is paused has bytes to be read, and reads no pong before them. */
function startPings(socket: WebSocket): () => void {
  let isAnswered = true;
  for (const event of ['pong', 'message'] as const) {
    socket.on(event, () => {
      isAnswered = true;
    });
  }
  return () => {
    if (!isAnswered && !socket.isPaused) return socket.terminate();
    isAnswered = socket.isPaused;
    socket.ping(() => {});
  };
}

/** The first message of each channel repeats the port in two bytes: it is taken off. */
function onChannels(
  socket: WebSocket,
  onData: (bytes: Buffer) => void,
  onError: (text: string) => void,
): void {
  const begun = new Set<number | undefined>();
  socket.on('message', (data) => {
    const message = bufferOf(data);
    const channel = message[0];
    const bytes = message.subarray(begun.has(channel) ? 1 : 3);
    begun.add(channel);
    if (bytes.length === 0) return;
    if (channel === DATA) onData(bytes);
    if (channel === ERROR) onError(bytes.toString());
  });
}

/** Calls back when the WebSocket has room for more. What is sent after its end is dropped. */
function send(socket: WebSocket, chunk: Buffer, callback: () => void): void {
  const isFull = () => socket.bufferedAmount > QUEUED;
  for (let start = 0; start < chunk.length; start += MESSAGE) {
    if (socket.readyState !== socket.OPEN) break;
    const piece = chunk.subarray(start, start + MESSAGE);
    const isLast = start + MESSAGE >= chunk.length;
    const message = Buffer.concat([Buffer.of(DATA), piece]);
    if (isLast && isFull()) {
      socket.send(message, () => callback());
      return;
    }
    socket.send(message, () => {});
  }
  callback();
}

/** In order where nothing failed, and by force when the other side does not answer within a second. */
function close(socket: WebSocket, abruptly: boolean): void {
  if (abruptly) {
    socket.terminate();
    return;
  }
  const force = setTimeout(() => socket.terminate(), 1000).unref();
  socket.once('close', () => clearTimeout(force));
  socket.close(1000);
  socket.resume();
}

function bufferOf(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}
