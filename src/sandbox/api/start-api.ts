import { randomBytes, randomInt } from 'node:crypto';
import type { ApiServer, ApiServerOptions } from './api-server.ts';
import { startApiServer } from './api-server.ts';
import { makeCertificate } from './certificate.ts';
import { createStore, type Store } from './objects/store.ts';
import type { PodStreams } from './pod-streams.ts';
import type { WriteContext } from './put-object.ts';
import { createRegistry, type Registry } from './registry.ts';

export interface Api {
  readonly store: Store;
  readonly registry: Registry;
  /** for those who write without going over the wire: controllers, the kubelet */
  readonly write: WriteContext;
  readonly server: ApiServer;
  /** PEM of who signed the server's certificate */
  readonly certificate: string;
  /** of this API, as a kubeconfig file has it */
  readonly kubeconfig: string;
}

/** An empty cluster's API: its storage, its server, and the kubeconfig that leads there. */
export async function startApi(options: {
  readonly pods: PodStreams;
  readonly fault?: ApiServerOptions['fault'];
}): Promise<Api> {
  const store = createStore();
  const registry = createRegistry(store);
  // Two sandboxes of one machine are not to meet.
  let addresses = randomInt(256) * 256;
  const write: WriteContext = {
    store,
    now: () => new Date(),
    freeAddress: () => {
      addresses = (addresses + 1) & 0xffff;
      return `127.96.${addresses >> 8}.${addresses & 255}`;
    },
  };
  const certificate = await makeCertificate();
  const token = randomBytes(24).toString('hex');
  const { pods, fault } = options;
  const server = await startApiServer({
    store,
    registry,
    write,
    certificate,
    token,
    pods,
    ...(fault ? { fault } : {}),
  });
  const kubeconfig = kubeconfigOf(server.port, certificate.cert, token);
  return { store, registry, write, server, certificate: certificate.cert, kubeconfig };
}

function kubeconfigOf(port: number, certificate: string, token: string): string {
  const ca = Buffer.from(certificate).toString('base64');
  const name = 'sandbox';
  return JSON.stringify(
    {
      ...{ apiVersion: 'v1', kind: 'Config', 'current-context': name },
      clusters: [
        { name, cluster: { server: `https://127.0.0.1:${port}`, 'certificate-authority-data': ca } },
      ],
      users: [{ name, user: { token } }],
      contexts: [{ name, context: { cluster: name, user: name, namespace: 'default' } }],
    },
    undefined,
    2,
  );
}
