import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A TCP proxy on loopback that can do to connections what networks do. */
export interface TcpProxy {
  readonly port: number;
  /** connections that are open */
  open(): number;
  /**
   * Connections that are open pass nothing on from now on, in either direction, and nobody is told; new ones do.
   * @param quiet only those that had nothing to pass on for so many ms
   * @returns how many these are
   */
  swallow(quiet?: number): number;
  /** No connection passes anything on, new ones neither, until `restore`. */
  swallowAll(): void;
  /** Resets every connection. */
  cut(): void;
  /** New connections pass on again. */
  restore(): void;
  close(): Promise<void>;
}

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
  heardAt: number;
}

/** Starts one for a server. */
export async function startTcpProxy(host: string, port: number): Promise<TcpProxy> {
  const pairs: Pair[] = [];
  let isMute = false;
  const proxy = createServer((client) => {
    const server = connect(port, host);
    const pair = { client, server, heardAt: performance.now() };
    pairs.push(pair);
    for (const socket of [client, server]) {
      socket.on('error', () => {});
      socket.on('data', () => {
        pair.heardAt = performance.now();
      });
      socket.once('close', () => {
        if (pairs.includes(pair)) pairs.splice(pairs.indexOf(pair), 1);
        client.destroy();
        server.destroy();
      });
    }
    if (isMute) mute(pair);
    else client.pipe(server).pipe(client);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const cut = () => {
    for (const { client, server } of [...pairs]) {
      client.resetAndDestroy();
      server.destroy();
    }
  };
  return {
    port: (proxy.address() as AddressInfo).port,
    open: () => pairs.length,
    swallow(quiet = 0) {
      const dead = pairs.filter(({ heardAt }) => performance.now() - heardAt >= quiet);
      for (const pair of dead) mute(pair);
      return dead.length;
    },
    swallowAll() {
      isMute = true;
      for (const pair of pairs) mute(pair);
    },
    cut,
    restore() {
      isMute = false;
    },
    close: async () => {
      cut();
      await new Promise<void>((resolve) => proxy.close(() => resolve()));
    },
  };
}

/** What arrives is read and thrown away. */
function mute({ client, server }: Pair): void {
  client.unpipe(server);
  server.unpipe(client);
  client.resume();
  server.resume();
}
