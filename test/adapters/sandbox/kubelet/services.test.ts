import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, test, vi } from 'vitest';
import { builtinKind } from '../../../../src/sandbox/api/kinds.ts';
import { SERVICES, type Service } from '../../../../src/sandbox/kubelet/objects.ts';
import { isReady, openKubelet } from './open-kubelet.ts';

const SERVER = `
require('node:http').createServer((request, response) => response.end('from ' + process.env.HOSTNAME))
  .listen(43118, () => console.log('up'));`;
const CLIENT = `
setInterval(async () => {
  const say = async (url) => fetch(url).then((answer) => answer.text()).catch((error) => error.cause?.code);
  console.log([await say('http://api:8080'), await say('http://api.shop.svc.cluster.local:8080'),
    await say('http://' + process.env.API_SERVICE_HOST + ':' + process.env.API_SERVICE_PORT)].join('|'));
}, 100);`;

describe.runIf(process.platform === 'linux')('a Service', () => {
  test('leads to its ready endpoints, by name and by address, from a pod and from here', async () => {
    const cluster = await openKubelet();
    cluster.build('app:1', { 'app/server.cjs': SERVER, 'app/client.cjs': CLIENT });
    const service = cluster.create('services', {
      ...{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'api' } },
      spec: { selector: { app: 'api' }, ports: [{ name: 'http', port: 8080, targetPort: 43_118 }] },
    }) as Service;
    const readinessProbe = { httpGet: { port: 43_118 }, periodSeconds: 1 };
    const container = { name: 'c', image: 'app:1', readinessProbe, ports: [{ containerPort: 43_118 }] };
    for (const name of ['api-1', 'api-2'])
      cluster.run(name, { containers: [{ ...container, command: ['node', 'server.cjs'] }] });
    const client = { name: 'c', image: 'app:1', command: ['node', 'client.cjs'] };
    cluster.run('web', { containers: [client] });
    const logs = async () => {
      const request = {
        method: 'GET',
        path: '/api/v1/namespaces/shop/pods/web/log',
        query: { tailLines: 1 },
      } as const;
      const { signal } = new AbortController();
      return text(await cluster.client.stream({ ...request, signal } as never));
    };
    await vi.waitUntil(async () => (await logs().catch(() => '')) !== '', { timeout: 10_000, interval: 100 });
    expect(await logs()).toMatch(/^(ECONNRESET|UND_ERR_SOCKET)/);
    const ready = await Promise.all(['api-1', 'api-2'].map((name) => cluster.until(name, isReady)));
    cluster.create('endpointslices', {
      ...{ apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', addressType: 'IPv4' },
      metadata: { name: 'api-x', labels: { 'kubernetes.io/service-name': 'api' } },
      ports: [{ name: 'http', port: 43_118, protocol: 'TCP' }],
      endpoints: ready.map(({ status }) => ({ addresses: [status?.podIP], conditions: { ready: true } })),
    });
    await vi.waitUntil(async () => /^from api-\d\|from api-\d\|from api-\d\n$/.test(await logs()), {
      timeout: 10_000,
      interval: 100,
    });
    const answers = new Set<string>();
    for (let count = 0; count < 4; count += 1) {
      const socket = connect(8080, service.spec!.clusterIP!);
      socket.write('GET / HTTP/1.0\r\n\r\n');
      answers.add((await text(socket)).split('\r\n\r\n')[1] ?? '');
    }
    expect(answers).toEqual(new Set(['from api-1', 'from api-2']));
    cluster.objects.delete(SERVICES, service);
    await vi.waitUntil(async () =>
      connect(8080, service.spec!.clusterIP!)
        .toArray()
        .then(
          () => false,
          (error: NodeJS.ErrnoException) => error.code === 'ECONNREFUSED',
        ),
    );
  });
});

test('the node is there and says that it isolates nothing', async () => {
  const cluster = await openKubelet();
  const node = cluster.objects.get(builtinKind('', 'nodes'), '', 'sandbox');
  expect(node).toMatchObject({
    status: {
      conditions: expect.arrayContaining([expect.objectContaining({ type: 'Ready', status: 'True' })]),
      nodeInfo: { osImage: expect.stringContaining('not isolated') },
    },
  });
});
