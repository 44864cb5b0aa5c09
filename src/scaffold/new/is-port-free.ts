import { once } from 'node:events';
import { createServer } from 'node:net';

/** Whether nothing listens on a port of 127.0.0.1. What cannot be tried (a port that needs rights) counts as free. */
export async function isPortFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    await once(server.listen({ port, host: '127.0.0.1', exclusive: true }), 'listening');
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'EADDRINUSE';
  } finally {
    server.close();
  }
}
