import { connect, type Socket } from 'node:net';
import { dialWords } from '../probes/probe-result.ts';

/** Connects to a port of a pod. Rejects with an Error in containerd's words. */
export async function connectToPod(address: string, port: number): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const socket = connect({ host: address, port, allowHalfOpen: true });
  socket.once('connect', () => resolve(socket));
  socket.once('error', (error) => {
    const why = `dial tcp4 ${address}:${port}: ${dialWords(error)}`;
    reject(new Error(`failed to connect to localhost:${port} inside the pod at ${address}: ${why}`));
  });
  const connected = await promise;
  connected.on('error', () => connected.destroy());
  return connected;
}

/** In the kubelet's words. Pure. */
export const forwardFailure = (port: number, address: string, error: unknown): string =>
  `error forwarding port ${port} to pod ${address}: ${error instanceof Error ? error.message : error}`;
