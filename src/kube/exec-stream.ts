import type { Readable, Writable } from 'node:stream';
import type { RawData, WebSocket } from 'ws';
import type { KubeClient, KubeStatus } from './kube-client.ts';
import { resourcePath } from './kube-path.ts';
import { parseStatus } from './kube-status.ts';

export interface ExecTarget {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly command: readonly string[];
  /** the command gets a terminal: then it has no stderr of its own */
  readonly tty: boolean;
}

export interface ExecStreams {
  readonly stdin?: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Calls back with the size of the terminal now and after each change, until the returned function is called. */
  readonly onSize?: (
    callback: (size: { readonly width: number; readonly height: number }) => void,
  ) => () => void;
}

/** How a command in a pod ended. `lost`: the connection broke, and the command may go on. */
export type ExecEnd =
  | { readonly exitCode: number }
  | { readonly refused: KubeStatus }
  | { readonly lost: string };

/** v5 can tell the command that its input is over (close of a channel); v4 is what apiservers before 1.29 speak. */
const PROTOCOLS = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];
const STDIN = 0;
const STDOUT = 1;
const STDERR = 2;
const STATUS = 3;
const RESIZE = 4;
const CLOSE = 255;
/** Bytes that may wait in the WebSocket before stdin is read no further. */
const QUEUED = 1024 * 1024;
/** Bytes of one message; the kubelet takes 32 MiB. */
const MESSAGE = 256 * 1024;
/** ms between pings, so that nothing on the way takes a quiet command for idle. */
const PING = 20_000;

/**
 * Runs a command in a container and resolves with how it ended, after all that it wrote was taken. A reader that is
 * slow makes the command wait. The signal cuts the connection and rejects with its reason. Rejects as
 * KubeClient.websocket does.
 */
export async function execInPod(
  client: Pick<KubeClient, 'websocket'>,
  target: ExecTarget,
  streams: ExecStreams,
  signal: AbortSignal,
): Promise<ExecEnd> {
  const socket = await client.websocket(execPath(target, streams), PROTOCOLS, signal);
  const pings = setInterval(() => socket.ping(), PING);
  const stopSizes = streams.onSize?.((size) =>
    send(socket, RESIZE, Buffer.from(JSON.stringify({ Width: size.width, Height: size.height }))),
  );
  const stopInput = streams.stdin ? pump(streams.stdin, socket) : undefined;
  try {
    return await ended(socket, streams, signal);
  } finally {
    clearInterval(pings);
    stopSizes?.();
    stopInput?.();
    socket.terminate();
  }
}

function execPath({ namespace, pod, container, command, tty }: ExecTarget, { stdin }: ExecStreams): string {
  const query = new URLSearchParams(command.map((word): [string, string] => ['command', word]));
  query.set('container', container);
  query.set('stdin', String(stdin !== undefined));
  query.set('stdout', 'true');
  query.set('stderr', String(!tty));
  query.set('tty', String(tty));
  return `${resourcePath(pods, { namespace, name: pod, subresource: 'exec' })}?${query}`;
}

const pods = { group: '', version: 'v1', plural: 'pods', namespaced: true };

function ended(socket: WebSocket, { stdout, stderr }: ExecStreams, signal: AbortSignal): Promise<ExecEnd> {
  const { promise, resolve, reject } = Promise.withResolvers<ExecEnd>();
  let end: ExecEnd | undefined;
  socket.on('message', (data) => {
    const message = bufferOf(data);
    const bytes = message.subarray(1);
    if (message[0] === STDOUT) take(stdout, bytes, socket);
    else if (message[0] === STDERR) take(stderr, bytes, socket);
    else if (message[0] === STATUS) end = endOf(bytes.toString());
    if (end) resolve(end);
  });
  socket.once('close', () => {
    if (signal.aborted) reject(signal.reason);
    else resolve(end ?? { lost: 'the connection to the apiserver was lost before the command had ended' });
  });
  socket.resume();
  return promise;
}

/** Nothing more is read from the pod while the writer is full. */
function take(writer: Writable, bytes: Buffer, socket: WebSocket): void {
  if (bytes.length === 0 || writer.destroyed || writer.write(bytes)) return;
  socket.pause();
  const go = () => {
    writer.off('drain', go).off('close', go);
    socket.resume();
  };
  writer.on('drain', go).on('close', go);
}

/** What the kubelet says at the end: https://pkg.go.dev/k8s.io/apimachinery/pkg/apis/meta/v1#Status, exit code as a cause. */
function endOf(text: string): ExecEnd {
  const { status, details } = JSON.parse(text) as {
    status?: string;
    details?: { causes?: { reason?: string; message?: string }[] };
  };
  if (status === 'Success') return { exitCode: 0 };
  const code = details?.causes?.find(({ reason }) => reason === 'ExitCode')?.message;
  return code === undefined ? { refused: parseStatus(0, text) } : { exitCode: Number(code) };
}

/** Sends what is read, no faster than the pod takes it, and then that no more comes. */
function pump(stdin: Readable, socket: WebSocket): () => void {
  const onData = (chunk: Buffer | string) => {
    const bytes = Buffer.from(chunk);
    for (let at = 0; at < bytes.length; at += MESSAGE) send(socket, STDIN, bytes.subarray(at, at + MESSAGE));
    if (socket.bufferedAmount <= QUEUED) return;
    stdin.pause();
    const look = setInterval(() => {
      if (socket.bufferedAmount > QUEUED && socket.readyState === socket.OPEN) return;
      clearInterval(look);
      stdin.resume();
    }, 20);
  };
  // v4 cannot say that the input is over; the command is left waiting, as with kubectl, rather than killed.
  const onEnd = () => socket.protocol === PROTOCOLS[0] && send(socket, CLOSE, Buffer.of(STDIN));
  stdin.on('data', onData).on('end', onEnd);
  return () => {
    stdin.off('data', onData).off('end', onEnd);
    stdin.pause();
  };
}

function send(socket: WebSocket, channel: number, bytes: Buffer): void {
  if (socket.readyState === socket.OPEN) socket.send(Buffer.concat([Buffer.of(channel), bytes]), () => {});
}

function bufferOf(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}
