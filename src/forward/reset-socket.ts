import type { Socket } from 'node:net';

/**
 * Breaks a connection off so that its other end notices. One whose own side has ended is closed in order: libuv refuses to
 * reset it (uv_tcp_close_reset), and Node would never tell that it is closed.
 */
export function resetSocket(socket: Socket): void {
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}
