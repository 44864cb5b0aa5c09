import { PassThrough, Writable } from 'node:stream';
import type { RawData, WebSocket } from 'ws';
import { refuse } from '../../api/api-error.ts';
import type { UpgradeRequest } from '../../api/pod-streams.ts';
import type { ContainerEnd, RunningContainer } from '../../runtime/runtime.ts';
import { acceptSocket } from './accept-socket.ts';

/** v5 adds the channel that closes another. */
const PROTOCOLS = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];
const STDIN = 0;
const STDOUT = 1;
const STDERR = 2;
const STATUS = 3;
const RESIZE = 4;
const CLOSE = 255;

/** Runs the command of an `exec` request over its WebSocket; the command ends with the connection. */
export async function upgradeExec(
  running: Pick<RunningContainer, 'exec'>,
  { query, ...connection }: UpgradeRequest,
): Promise<void> {
  const command = query.getAll('command');
  if (command.length === 0) throw refuse.badRequest('you must specify at least 1 command for the container');
  const is = (name: string) => ['true', '1'].includes(query.get(name) ?? '');
  const { socket } = await acceptSocket(connection, PROTOCOLS);
  const gone = new AbortController();
  socket.once('close', () => gone.abort(new Error('the client has gone')));
  const stdin = is('stdin') ? inputOf(socket) : undefined;
  const size = is('tty') ? await sizeOf(socket) : undefined;
  const streams = {
    ...(stdin ? { stdin } : {}),
    ...(size ? { size } : {}),
    ...{ stdout: outputOf(socket, STDOUT), stderr: outputOf(socket, STDERR), tty: is('tty') },
  };
  const status = await running
    .exec(command, streams, gone.signal)
    .then(statusOfEnd, (error: unknown) =>
      statusOfRefusal(command, error instanceof Error ? error.message : String(error)),
    );
  if (socket.readyState === socket.OPEN) await send(socket, STATUS, Buffer.from(JSON.stringify(status)));
  socket.close(1000);
}

/** ms that a client gets to say how large its terminal is: kubectl says so at once */
const SIZING = 300;

/** The size of the client's terminal, where it says one. Later changes have no effect. */
async function sizeOf(socket: WebSocket): Promise<{ width: number; height: number } | undefined> {
  const { promise, resolve } = Promise.withResolvers<{ width: number; height: number } | undefined>();
  const onMessage = (data: RawData) => {
    const message = data as Buffer;
    if (message[0] !== RESIZE) return;
    const [, width, height] = /"Width":(\d+),"Height":(\d+)/.exec(message.toString('utf8', 1)) ?? [];
    resolve(width && height ? { width: Number(width), height: Number(height) } : undefined);
  };
  socket.on('message', onMessage).once('close', () => resolve(undefined));
  const late = setTimeout(resolve, SIZING, undefined);
  const size = await promise;
  clearTimeout(late);
  socket.off('message', onMessage);
  return size;
}

/** What the client sends; nothing more is read from it while the command does not take it. */
function inputOf(socket: WebSocket): PassThrough {
  const stdin = new PassThrough();
  socket.on('message', (data) => {
    const message = data as Buffer;
    if (message[0] === CLOSE && message[1] === STDIN) stdin.end();
    if (message[0] !== STDIN || message.length === 1 || stdin.writableEnded) return;
    if (stdin.write(message.subarray(1))) return;
    socket.pause();
    stdin.once('drain', () => socket.resume());
  });
  socket.once('close', () => stdin.destroy());
  stdin.on('error', () => {});
  return stdin;
}

function outputOf(socket: WebSocket, channel: number): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      void send(socket, channel, chunk).then(() => done());
    },
  });
}

/** Resolves when it was taken, or the client has gone. */
async function send(socket: WebSocket, channel: number, bytes: Buffer): Promise<void> {
  if (socket.readyState !== socket.OPEN) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  socket.send(Buffer.concat([Buffer.of(channel), bytes]), () => resolve());
  await promise;
}

/** In the kubelet's words (pkg/kubelet/cri-streaming). Pure. */
function statusOfEnd({ exitCode }: ContainerEnd): object {
  if (exitCode === 0) return { metadata: {}, status: 'Success' };
  return {
    metadata: {},
    status: 'Failure',
    message: `command terminated with non-zero exit code: exit status ${exitCode}`,
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(exitCode) }] },
  };
}

function statusOfRefusal(command: readonly string[], why: string): object {
  const message = `Internal error occurred: error executing command in container: failed to exec in container: failed to start exec: OCI runtime exec failed: exec failed: unable to start container process: ${why}`;
  return {
    ...{ metadata: {}, status: 'Failure', message, reason: 'InternalError', code: 500 },
    details: { causes: [{ message: `${command[0]}: ${why}` }] },
  };
}
