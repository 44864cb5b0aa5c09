import { listenOnLoopback } from '../../forward/node-loopback-listener.ts';

/** A local port that nobody listens on: the one that is liked best, where it is free. */
export async function freePort(liked: number): Promise<number> {
  return (await tryPort(liked).catch(() => undefined)) ?? tryPort('auto');
}

async function tryPort(port: number | 'auto'): Promise<number> {
  const listener = await listenOnLoopback(port, (socket) => socket.destroy());
  await listener.close();
  return listener.port;
}
