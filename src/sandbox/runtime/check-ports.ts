import { createServer } from 'node:net';
import { StartError } from './runtime.ts';

/**
 * Finds out, before a container starts, whether its ports are free: without network namespaces a program that listens
 * everywhere takes a port of every pod. Rejects with a StartError that says so.
 */
export async function checkPorts(address: string, ports: readonly number[]): Promise<void> {
  for (const port of ports) {
    const code = await listenOnce(address, port);
    if (code === 'EADDRINUSE') {
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
