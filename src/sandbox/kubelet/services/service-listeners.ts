import { connect, createServer, type Server, type Socket } from 'node:net';

export interface ServicePort {
  readonly address: string;
  readonly port: number;
  /** Where a connection is to go by now: one of the ready endpoints. */
  choose(): { readonly host: string; readonly port: number } | undefined;
}

export interface ServiceListener {
  /** where it listens: elsewhere than asked for where this machine does not give that address or port */
  readonly address: string;
  readonly port: number;
  close(): void;
}

/**
 * Listens for a port of a Service and leads each connection to an endpoint, as kube-proxy does; without one, it is ended
 * at once. Where the address does not exist (macOS) or the port is not allowed or taken, it listens on a free port.
 */
export async function listenForService(wanted: ServicePort): Promise<ServiceListener> {
  const open = new Set<Socket>();
  const handle = (client: Socket) => lead(client, wanted.choose(), open);
  const places = [
    { host: wanted.address, port: wanted.port },
    { host: wanted.address, port: 0 },
    { host: '127.0.0.1', port: 0 },
  ];
  for (const place of places) {
    const server = await listening(createServer({ allowHalfOpen: true }, handle), place);
    if (!server) continue;
    const { address, port } = server.address() as { address: string; port: number };
    const close = () => {
      server.close();
      for (const socket of open) socket.destroy();
    };
    return { address, port, close };
  }
  throw new Error(`no port for a Service could be opened at ${wanted.address} or 127.0.0.1`);
}

async function listening(
  server: Server,
  place: { readonly host: string; readonly port: number },
): Promise<Server | undefined> {
  const { promise, resolve } = Promise.withResolvers<Server | undefined>();
  server.once('error', () => resolve(undefined));
  server.listen(place, () => resolve(server));
  server.unref();
  return promise;
}

function lead(client: Socket, to: ReturnType<ServicePort['choose']>, open: Set<Socket>): void {
  client.on('error', () => client.destroy());
  if (!to) {
    client.resetAndDestroy();
    return;
  }
  const target = connect({ ...to, allowHalfOpen: true });
  for (const socket of [client, target]) {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  }
  target.once('error', () => client.resetAndDestroy());
  client.once('close', () => target.destroy());
  target.once('close', () => client.destroySoon());
  client.pipe(target);
  target.pipe(client);
}
