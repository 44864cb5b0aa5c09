// Shows what 0003-own-kubernetes-wire.md says of @kubernetes/client-node, on servers of its own on loopback:
//   node docs/decisions/0003-own-kubernetes-wire.mjs
import { createServer } from 'node:http';
import { connect, createServer as createTcpServer } from 'node:net';
import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import * as k8s from '@kubernetes/client-node';
import { WebSocketServer } from 'ws';

const uncaught = [];
process.on('uncaughtException', (error) => uncaught.push(error.message));
process.on('unhandledRejection', (error) => uncaught.push(error?.message));
const say = (what, result) => console.log(`${what}: ${result}`);

async function serve(handler = () => {}) {
  const server = createServer(handler);
  let connections = 0;
  server.on('connection', () => connections++);
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const config = new k8s.KubeConfig();
  config.loadFromClusterAndUser(
    { name: 'c', server: `http://127.0.0.1:${server.address().port}`, skipTLSVerify: true },
    { name: 'u' },
  );
  return { server, config, connections: () => connections, stop: () => (server.closeAllConnections(), server.close()) };
}
const json = (response, body) => response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
const list = { kind: 'PodList', apiVersion: 'v1', metadata: { resourceVersion: '1' }, items: [] };

{
  const { config, connections, stop } = await serve((_, response) => json(response, list));
  const api = config.makeApiClient(k8s.CoreV1Api);
  for (let i = 0; i < 20; i++) await api.listNamespacedPod({ namespace: 'shop' });
  say('a.1 connections opened by 20 lists one after the other', connections());
  stop();
}
{
  const seen = [];
  const { config, stop } = await serve(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    if (request.method === 'PATCH') seen.push(request.url, body);
    const kinds = [{ name: 'deployments', kind: 'Deployment', namespaced: true }];
    const roles = [{ name: 'clusterroles', kind: 'ClusterRole', namespaced: false }];
    json(response, { kind: 'APIResourceList', resources: request.url.includes('rbac') ? roles : kinds });
  });
  const api = k8s.KubernetesObjectApi.makeApiClient(config);
  const apply = (manifest) =>
    api.patch(manifest, undefined, undefined, 'me', true, k8s.PatchStrategy.ServerSideApply).catch(() => {});
  await apply({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec: { replics: 3 } });
  await apply({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'My:Role' } });
  say('a.3 body sent for a Deployment with spec.replics', seen[1]);
  say('a.3 path asked for ClusterRole My:Role', seen[2]);
  stop();
}
{
  const { config, stop } = await serve((_, response) => response.flushHeaders());
  const watch = new k8s.Watch(config);
  const usual = watch.requestTimeoutMs;
  watch.requestTimeoutMs = 100; // the same timer, shortened
  const error = await new Promise((done) => watch.watch('/api/v1/pods', {}, () => {}, done));
  say(`a.4 a watch without news for ${usual} ms ends with`, error?.name);
  stop();
}
{
  let lists = 0;
  const { config, stop } = await serve((request, response) => {
    if (request.url.includes('watch')) return request.socket.resetAndDestroy();
    lists++;
    json(response, list);
  });
  const api = config.makeApiClient(k8s.CoreV1Api);
  const informer = k8s.makeInformer(config, '/api/v1/namespaces/shop/pods', () => api.listNamespacedPod({ namespace: 'shop' }));
  informer.on('error', () => {});
  await informer.start();
  await sleep(3000);
  say('a.5 lists within 3 s of a watch that was reset', `${lists} (it has stopped)`);
  stop();
}
for (const [how, end] of [['abort()', (log) => log.abort()], ['a dropped connection', (_, response) => response.destroy()]]) {
  const opened = Promise.withResolvers();
  const { config, stop } = await serve((_, response) => {
    response.write('line\n');
    opened.resolve(response);
  });
  const output = new PassThrough().on('error', () => {}).resume();
  let ended = false;
  output.on('end', () => (ended = true));
  const log = await new k8s.Log(config).log('shop', 'web', 'web', output, { follow: true });
  end(log, await opened.promise);
  await sleep(300);
  say(`a.6 a followed log after ${how}`, `uncaught: ${uncaught.splice(0).join(', ')}; its output ended: ${ended}`);
  stop();
}
for (const half of [false, true]) {
  const { server, config, stop } = await serve();
  const opened = Promise.withResolvers();
  new WebSocketServer({ server, handleProtocols: () => 'v4.channel.k8s.io' }).on('connection', opened.resolve);
  // As client-node's own example has it.
  const forward = new k8s.PortForward(config);
  const local = createTcpServer((socket) => forward.portForward('shop', 'web', [80], socket, null, socket));
  await new Promise((resolve) => local.listen(0, '127.0.0.1', resolve));
  const client = connect({ port: local.address().port, host: '127.0.0.1', allowHalfOpen: true });
  let text = '';
  let ended = false;
  client.on('data', (bytes) => (text += bytes)).on('end', () => (ended = true));
  const socket = await opened.promise;
  for (const channel of [0, 1]) socket.send(Buffer.of(channel, 80, 0));
  const request = new Promise((resolve) => socket.once('message', resolve));
  if (half) client.end('request');
  else client.write('request');
  await request;
  await sleep(100);
  socket.send(Buffer.from('\0reply'));
  await sleep(100);
  socket.close();
  await sleep(300);
  const what = half ? 'the client ended its side before the reply' : 'the pod replied and closed';
  say(`a.7 a forwarded connection when ${what}`, `got "${text}", ended: ${ended}, uncaught: ${uncaught.splice(0).join(', ')}`);
  stop();
}
process.exit();
