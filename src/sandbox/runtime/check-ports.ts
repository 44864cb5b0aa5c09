import { connect, createServer } from 'node:net';
import { StartError } from './runtime.ts';

/**
 * Finds out, before a container starts, whether its ports are free: without network namespaces a program that listens
 * everywhere takes a port of every pod. Rejects with a StartError that says so.
 */
export async function checkPorts(address: string, ports: readonly number[]): Promise<void> {
  for (const port of ports) {
    // A connection that has just ended keeps its port for a minute: that is for the program to deal with.
    if ((await listenOnce(address, port)) === 'EADDRINUSE' && (await isAnswered(address, port))) {
      throw new StartError(
        `port ${port} is taken: another container or a program of this machine listens on it at every address. In the sandbox containers share this machine's network; let the program listen on the address in $HOST (${address})`,
      );
    }
  }
}

/** @returns the code of the error; EACCES and the like are for the program itself to meet */
async function listenOnce(address: string, port: number): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const server = createServer();
  server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code));
  server.listen({ port, host: address }, () => server.close(() => resolve(undefined)));
  return promise;
}

async function isAnswered(host: string, port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect({ host, port });
  socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
  const answered = await promise;
  socket.destroy();
  return answered;
}
