import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, request } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';

/** A way to the real apiserver that can make it answer 410 Gone: what a client knows is too old for it. */
export interface ApiserverGateway {
  readonly port: number;
  /**
   * Ends every watch in order, as the apiserver does when their time is over, and lets each kind go on once from the
   * first version that there ever was, which no apiserver has any more.
   */
  expire(): void;
  /** answers of the apiserver that said 410, since the start */
  gone(): number;
  close(): Promise<void>;
}

/** Starts one, with the server certificate of the test cluster and the client certificate of its kubeconfig. */
export async function startApiserverGateway(server: URL): Promise<ApiserverGateway> {
  const pki = join(process.env['ROCKPOOL_CLUSTER_DIR'] ?? '/tmp/rockpool-cluster', 'pki');
  const pem = (name: string) => readFile(join(pki, name));
  const upstream = {
    hostname: server.hostname,
    port: server.port,
    ca: await pem('ca.crt'),
    cert: await pem('minikube-user.crt'),
    key: await pem('minikube-user.key'),
  };
  const watches = new Map<ServerResponse, IncomingMessage>();
  const expired = new Set<string>();
  const sockets = new Set<Socket>();
  let gone = 0;

  const pathOf = ({ url = '/' }: IncomingMessage): string => {
    const { pathname, searchParams } = new URL(url, 'https://apiserver');
    if (!searchParams.has('watch') || !expired.delete(pathname)) return url;
    searchParams.set('resourceVersion', '1');
    return `${pathname}?${searchParams}`;
  };

  const pass = (asked: IncomingMessage, answer: ServerResponse): void => {
    const { method = 'GET', headers, url = '' } = asked;
    const passed = request({ ...upstream, method, headers, path: pathOf(asked) }, (from) => {
      answer.writeHead(from.statusCode ?? 500, from.headers);
      if (from.statusCode === 410) gone += 1;
      if (url.includes('watch=true')) {
        watches.set(answer, from);
        from.on('data', (chunk: Buffer) => {
          if (chunk.includes('"code":410')) gone += 1;
        });
      }
      from.pipe(answer);
    });
    passed.on('error', () => answer.destroy());
    answer.once('close', () => {
      watches.delete(answer);
      passed.destroy();
    });
    asked.pipe(passed);
  };

  const tls = { cert: await pem('apiserver.crt'), key: await pem('apiserver.key') };
  const gateway = createServer(tls, pass);
  gateway.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  gateway.on('upgrade', (asked, socket, head) => {
    const passed = request({ ...upstream, method: 'GET', headers: asked.headers, path: asked.url });
    passed.once('upgrade', ({ rawHeaders }, server, first) => {
      const lines = rawHeaders.flatMap((name, at) => (at % 2 ? [] : [`${name}: ${rawHeaders[at + 1]}`]));
      socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('\r\n')}\r\n\r\n`);
      socket.write(first);
      server.write(head);
      server.pipe(socket).pipe(server);
      for (const [one, other] of [
        [server, socket],
        [socket, server],
      ] as const) {
        one.on('error', () => other.destroy()).once('close', () => other.destroy());
      }
    });
    passed.on('error', () => socket.destroy()).end();
  });
  await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve));

  return {
    port: (gateway.address() as AddressInfo).port,
    gone: () => gone,
    expire() {
      for (const [answer, from] of watches) {
        expired.add(new URL(answer.req.url ?? '/', 'https://apiserver').pathname);
        from.unpipe(answer);
        answer.end();
      }
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => gateway.close(() => resolve()));
    },
  };
}
