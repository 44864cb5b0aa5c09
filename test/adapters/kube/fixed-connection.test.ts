import { expect, it, vi } from 'vitest';
import { base64, clientOf, json, makeCertificates, startApiServer } from './api-server.ts';

vi.mock('@kubernetes/client-node', () => {
  throw new Error('client-node was loaded');
});

it.each([
  [
    'a client certificate',
    (tls: { cert: string; key: string }) => ({
      'client-certificate-data': base64(tls.cert),
      'client-key-data': base64(tls.key),
    }),
  ],
  ['a token', () => ({ token: 'secret' })],
  ['nothing', () => ({})],
])('reaches a cluster whose user has %s without loading client-node', async (_, userOf) => {
  const tls = makeCertificates();
  const api = await startApiServer((_, response) => json(response, 'here'), { tls });
  const cluster = { 'certificate-authority-data': base64(tls.ca) };
  const client = await clientOf(api.url, { cluster, user: userOf(tls) });
  await expect(client.request({ method: 'GET', path: '/version' })).resolves.toMatchObject({ body: 'here' });
});

it('loads it for an exec plugin', async () => {
  await expect(clientOf('https://127.0.0.1:9', { user: { exec: { command: 'login' } } })).rejects.toThrow();
});
