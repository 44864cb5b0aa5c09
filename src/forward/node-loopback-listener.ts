import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** A port held on 127.0.0.1 and, where the machine has it, ::1. */
export interface LoopbackListener {
  readonly port: number;
  /** Accepts nothing more from now on; resolves when its connections have ended too. */
  close(): Promise<void>;
}

type OnConnection = (socket: Socket) => void;

/** How often another free port is tried when ::1 has the one that 127.0.0.1 got. */
const FREE_PORT_ATTEMPTS = 20;
/** What says that the machine has no IPv6 loopback. */
const NO_IPV6 = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EPROTONOSUPPORT']);

/**
 * Listens on this machine alone, on the same port for IPv4 and IPv6; connections arrive paused and may be half open.
 * Rejects with code EADDRINUSE when anybody listens on that port already, on every address (0.0.0.0, ::) too, and with
 * EACCES when the port needs rights.
 */
export async function listenOnLoopback(
  port: number | 'auto',
  onConnection: OnConnection,
): Promise<LoopbackListener> {
  if (port !== 'auto') return listenOnBoth(port, onConnection);
  for (let attempt = 1; ; attempt++) {
    try {
      return await listenOnBoth(0, onConnection);
    } catch (error) {
      if (attempt === FREE_PORT_ATTEMPTS || codeOf(error) !== 'EADDRINUSE') throw error;
    }
  }
}

async function listenOnBoth(wanted: number, onConnection: OnConnection): Promise<LoopbackListener> {
  if (wanted !== 0) await refuseAnswered(wanted);
  const ipv4 = await listen('127.0.0.1', wanted, onConnection);
  const address = ipv4.address();
  const port = typeof address === 'object' && address !== null ? address.port : wanted;
  try {
    const ipv6 = await listen('::1', port, onConnection);
    return { port, close: async () => void (await Promise.all([close(ipv4), close(ipv6)])) };
  } catch (error) {
    if (NO_IPV6.has(codeOf(error) ?? '')) return { port, close: () => close(ipv4) };
    await close(ipv4);
    throw error;
  }
}

/** BSDs let a second program bind 127.0.0.1 while the first one listens on every address; Linux refuses by itself. */
async function refuseAnswered(port: number): Promise<void> {
  if (process.platform === 'linux') return;
  if (!(await isAnswered(port))) return;
  throw Object.assign(new Error(`127.0.0.1:${port} is answered already`), { code: 'EADDRINUSE' });
}

async function isAnswered(port: number): Promise<boolean> {
  const probe = connect({ host: '127.0.0.1', port });
  try {
    await once(probe, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    probe.destroy();
  }
}

async function listen(host: string, port: number, onConnection: OnConnection): Promise<Server> {
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true }, onConnection);
  server.listen({ host, port, exclusive: true });
  await once(server, 'listening');
  server.on('error', () => {}); // a connection that could not be accepted: the client is told by the system
  return server;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
