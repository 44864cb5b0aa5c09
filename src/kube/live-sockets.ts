import type { WebSocket } from 'ws';

/** ms for the other end of a WebSocket to answer a ping */
const PONG = 5_000;

/** The WebSockets of a client. */
export interface LiveSockets {
  add(socket: WebSocket): void;
  /** Ends those whose other end does not answer within 5 s. */
  check(): void;
  /** Ends all. */
  terminate(): void;
}

export function createLiveSockets(): LiveSockets {
  const sockets = new Set<WebSocket>();
  return {
    add(socket) {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    },
    check() {
      for (const socket of sockets) askForLife(socket);
    },
    terminate() {
      for (const socket of sockets) socket.terminate();
    },
  };
}

/** One that is paused has bytes to be read first, and reads no pong before them: it is left to its own pings. */
function askForLife(socket: WebSocket): void {
  const end = () => !socket.isPaused && socket.terminate();
  const timer = setTimeout(end, PONG);
  const stop = () => {
    clearTimeout(timer);
    for (const event of ['pong', 'message', 'close']) socket.off(event, stop);
  };
  for (const event of ['pong', 'message', 'close']) socket.on(event, stop);
  socket.ping(() => {});
}
