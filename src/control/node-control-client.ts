import { connect, type Socket } from 'node:net';
import { type Failure, RockpoolError } from '../session/failure.ts';
import {
  type CallName,
  type CallParams,
  type CallResult,
  CONTROL_VERSION,
  ServerMessage,
  type StreamItem,
  type StreamName,
  type StreamParams,
} from './protocol.ts';
import { createLineReader } from './read-lines.ts';

/** A running session, asked from another process. */
export interface ControlClient {
  /** Rejects with the RockpoolError that the session answered, SESSION_GONE when it ended meanwhile, or the signal's reason. */
  call<M extends CallName>(method: M, params: CallParams<M>, signal: AbortSignal): Promise<CallResult<M>>;
  /** Items until the session ends the stream or the signal fires; leaving the loop cancels it. Rejects as `call`. */
  stream<M extends StreamName>(
    method: M,
    params: StreamParams<M>,
    signal: AbortSignal,
  ): AsyncIterable<StreamItem<M>>;
  close(): void;
}

/** Characters of an answer: a snapshot of a session with thousands of pods. */
const LONGEST = 256 << 20;
/** Items of a stream that wait for their reader, until no more is read from the session. */
const QUEUED = 256;

type Answer = { result: unknown } | { error: Failure } | { item: unknown } | { end: true };
type Take = (answer: Answer) => void;

/** Connects to a session's socket. Rejects with the system's error when nobody answers there. */
export async function connectNodeControl(address: string): Promise<ControlClient> {
  const socket = await connected(address);
  const reader = createLineReader(LONGEST);
  const open = new Map<number, Take>();
  let next = 1;
  const fail = () => {
    for (const take of [...open.values()]) take({ error: gone });
  };
  socket.on('error', () => socket.destroy()).once('close', fail);
  socket.on('data', (bytes) => {
    for (const line of reader.take(bytes)) {
      const message = ServerMessage.parse(JSON.parse(line));
      const { id, v: _, ...answer } = message;
      if (id === null) for (const take of [...open.values()]) take(answer as Answer);
      else open.get(Number(id))?.(answer as Answer);
    }
  });

  const begin = (method: string, params: object, take: Take): { end(): void } => {
    const id = next++;
    open.set(id, take);
    if (socket.destroyed) queueMicrotask(() => take({ error: gone }));
    else write(socket, { id, method, params });
    return {
      end: () => {
        if (open.delete(id) && !socket.destroyed) write(socket, { id, cancel: true });
      },
    };
  };

  return {
    call: async (method, params, signal) => {
      signal.throwIfAborted();
      const { promise, resolve, reject } = Promise.withResolvers<unknown>();
      const request = begin(method, params, (answer) => {
        if ('error' in answer) reject(toError(answer.error));
        else resolve('result' in answer ? answer.result : undefined);
      });
      const abort = () => reject(signal.reason);
      signal.addEventListener('abort', abort, { once: true });
      try {
        return (await promise) as never;
      } finally {
        signal.removeEventListener('abort', abort);
        request.end();
      }
    },
    stream: (method, params, signal) => items(socket, (take) => begin(method, params, take), signal) as never,
    close: () => socket.destroy(),
  };
}

/** The items of a stream; the session is not read from while many wait. */
async function* items(
  socket: Socket,
  begin: (take: Take) => { end(): void },
  signal: AbortSignal,
): AsyncGenerator<unknown> {
  signal.throwIfAborted();
  const queue: Answer[] = [];
  let wake = () => {};
  const request = begin((answer) => {
    queue.push(answer);
    if (queue.length > QUEUED) socket.pause();
    wake();
  });
  const abort = () => wake();
  signal.addEventListener('abort', abort);
  try {
    for (;;) {
      const answer = queue.shift();
      if (signal.aborted) signal.throwIfAborted();
      if (answer === undefined) {
        socket.resume();
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        continue;
      }
      if ('error' in answer) throw toError(answer.error);
      if ('end' in answer) return;
      if ('item' in answer) yield answer.item;
    }
  } finally {
    signal.removeEventListener('abort', abort);
    request.end();
    socket.resume();
  }
}

function connected(address: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(address);
    socket.once('error', reject).once('connect', () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}

function write(socket: Socket, message: object): void {
  socket.write(`${JSON.stringify({ v: CONTROL_VERSION, ...message })}\n`);
}

/** With the exit code that it had in the session. */
function toError(failure: Failure): RockpoolError {
  const isUsage = ['NAME_UNKNOWN', 'NAME_AMBIGUOUS', 'LOGS_USAGE', 'CONTROL_USAGE'].includes(failure.code);
  return new RockpoolError(failure, { exitCode: isUsage ? 2 : 1 });
}

const gone: Failure = {
  code: 'SESSION_GONE',
  subject: 'session',
  message: 'The session ended before it had answered.',
  hint: '`rockpool up` starts one.',
};
