import type { Socket } from 'node:net';
import type { z } from 'zod';
import { type Failure, RockpoolError, toFailures } from '../session/failure.ts';
import type { ControlHandlers } from './control-handlers.ts';
import {
  type CallName,
  ClientMessage,
  CONTROL_VERSION,
  calls,
  type StreamName,
  streams,
} from './protocol.ts';
import { createLineReader } from './read-lines.ts';

/** Characters of a request; the longest that makes sense is a path or a list of patterns. */
const LONGEST = 64 * 1024;
/** Requests of one client at once. */
const REQUESTS = 32;

type Id = string | number | null;

/**
 * Answers one client until it goes. A client that reads slower than it is sent to makes its own streams wait; one that
 * takes nothing for `patience` ms is cut, and so is one that sends what cannot be read.
 */
export function answerClient(socket: Socket, handlers: ControlHandlers, patience: number): void {
  const open = new Map<string | number, AbortController>();
  const reader = createLineReader(LONGEST);
  const send = createSender(socket, patience);
  const refuse = (id: Id, failure: Failure) => send({ id, error: failure });

  const answer = async (id: string | number, method: string, params: unknown) => {
    const controller = new AbortController();
    open.set(id, controller);
    const { signal } = controller;
    try {
      for await (const message of messages(handlers, method, params, signal)) await send({ id, ...message });
    } catch (error) {
      if (!signal.aborted) await refuse(id, failureOf(error));
      else if (!socket.destroyed) await send({ id, end: true });
    } finally {
      open.delete(id);
    }
  };

  const take = async (line: string) => {
    const message = parse(line);
    if ('failure' in message) return refuse(message.id, message.failure);
    const { id } = message;
    if ('cancel' in message) return open.get(id)?.abort();
    if (open.has(id)) return refuse(id, usage(`There is an open request ${id} already.`));
    if (open.size >= REQUESTS) return refuse(id, usage(`More than ${REQUESTS} requests at once.`));
    return answer(id, message.method, message.params ?? {});
  };

  socket.on('error', () => socket.destroy());
  socket.once('close', () => {
    for (const controller of open.values()) controller.abort();
  });
  socket.on('data', (bytes) => {
    try {
      for (const line of reader.take(bytes)) void take(line).catch(() => socket.destroy());
    } catch (error) {
      const failure = usage(
        `What was sent cannot be read: ${error instanceof Error ? error.message : error}.`,
      );
      void refuse(null, failure).finally(() => socket.destroy());
    }
  });
}

type Body = { result: unknown } | { item: unknown } | { end: true } | { error: Failure };

async function* messages(
  handlers: ControlHandlers,
  method: string,
  params: unknown,
  signal: AbortSignal,
): AsyncGenerator<Body> {
  if (isKey(calls, method)) {
    const parsed = parseParams(calls[method].params as z.ZodType, method, params);
    yield { result: await handlers.call(method as CallName, parsed as never, signal) };
    return;
  }
  if (!isKey(streams, method)) throw new RockpoolError(unknownMethod(method));
  const parsed = parseParams(streams[method].params as z.ZodType, method, params);
  for await (const item of handlers.stream(method as StreamName, parsed as never, signal)) {
    signal.throwIfAborted();
    yield { item };
  }
  yield { end: true };
}

function isKey<T extends object>(record: T, key: string): key is Extract<keyof T, string> {
  return Object.hasOwn(record, key);
}

function parseParams<T>(schema: z.ZodType<T>, method: string, params: unknown): T {
  const parsed = schema.safeParse(params);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new RockpoolError(usage(`${method}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim()));
}

/** Sends one message a line; resolves when there is room for the next. Meanwhile nothing more is read from the client. */
function createSender(socket: Socket, patience: number) {
  let room: Promise<void> | undefined;
  return async (message: { id: Id } & Body): Promise<void> => {
    if (socket.destroyed) return;
    if (!socket.write(`${JSON.stringify({ v: CONTROL_VERSION, ...message })}\n`) && room === undefined) {
      socket.pause();
      room = drained(socket, patience).then(() => {
        room = undefined;
        socket.resume();
      });
    }
    await room;
  };
}

function drained(socket: Socket, patience: number): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => socket.destroy(), patience);
    const done = () => {
      clearTimeout(cut);
      socket.off('drain', done).off('close', done);
      resolve();
    };
    socket.on('drain', done).on('close', done);
  });
}

type Parsed = ClientMessage | { readonly id: Id; readonly failure: Failure };

function parse(line: string): Parsed {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { id: null, failure: usage('A line that was sent is no JSON.') };
  }
  const parsed = ClientMessage.safeParse(value);
  if (parsed.success) return parsed.data;
  const { v, id } = (typeof value === 'object' && value !== null ? value : {}) as {
    v?: unknown;
    id?: unknown;
  };
  const known = typeof id === 'string' || typeof id === 'number' ? id : null;
  return {
    id: known,
    failure: v === CONTROL_VERSION ? usage('A line that was sent is no request.') : otherVersion(v),
  };
}

function failureOf(error: unknown): Failure {
  return toFailures(error, 'session')[0] ?? usage('It failed.');
}

function usage(message: string): Failure {
  return {
    code: 'CONTROL_USAGE',
    subject: 'session',
    message,
    hint: '`rockpool schema control` prints what the session understands.',
  };
}

function unknownMethod(method: string): Failure {
  const known = [...Object.keys(calls), ...Object.keys(streams)].join(', ');
  return usage(`The session knows no method "${method}": it knows ${known}.`);
}

function otherVersion(version: unknown): Failure {
  return {
    code: 'CONTROL_VERSION',
    subject: 'session',
    message: `The session speaks version ${CONTROL_VERSION} of the protocol, not ${JSON.stringify(version) ?? 'an unnamed one'}.`,
    hint: 'Start the session anew with the rockpool that is installed now.',
  };
}
