import { chmod, rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { RockpoolError } from '../session/failure.ts';
import { answerClient } from './answer-client.ts';
import type { ControlHandlers } from './control-handlers.ts';
import { prepareSocketFolder, unavailable } from './socket-address.ts';

export interface ControlServer {
  readonly address: string;
  /** Cuts every client and removes the socket. */
  close(): Promise<void>;
}

export interface ControlServerOptions {
  readonly address: string;
  readonly handlers: ControlHandlers;
  /** ms that a client may take none of what is sent to it until it is cut; default 30 s */
  readonly patience?: number;
}

/** Clients at once; a further one is turned away. */
const CLIENTS = 64;

/**
 * Listens on a unix socket that only its owner may use. A socket that nobody answers on any more is replaced; rejects
 * with a RockpoolError: CONTROL_TAKEN when a session answers there, CONTROL_UNAVAILABLE when there can be no socket.
 */
export async function createNodeControlServer(options: ControlServerOptions): Promise<ControlServer> {
  const { address, handlers, patience = 30_000 } = options;
  await prepareSocketFolder(address);
  await removeStale(address);
  const clients = new Set<Socket>();
  const server = createServer((socket) => {
    clients.add(socket);
    socket.once('close', () => clients.delete(socket));
    if (clients.size > CLIENTS) socket.destroy();
    else answerClient(socket, handlers, patience);
  });
  await listen(server, address);
  return {
    address,
    close: async () => {
      for (const socket of clients) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await rm(address, { force: true });
    },
  };
}

async function removeStale(address: string): Promise<void> {
  if (await isAnswered(address)) {
    throw new RockpoolError({
      code: 'CONTROL_TAKEN',
      subject: 'session',
      message: 'Another session of this project is running: `rockpool status` and the like ask that one.',
      hint: 'Quit one of the two.',
    });
  }
  await rm(address, { force: true }).catch((error: unknown) => {
    throw unavailable(error);
  });
}

/** Whether somebody listens at an address. */
function isAnswered(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(address);
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

async function listen(server: Server, address: string): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(address, resolve);
    });
    server.on('error', () => undefined);
    await chmod(address, 0o600);
  } catch (error) {
    throw unavailable(error);
  }
}
