import { describe, expect, it } from 'vitest';
import { createDiscovery } from '../../../src/kube/discovery.ts';
import { clientOf, json, startApiServer, status } from './api-server.ts';

const backups = {
  kind: 'APIResourceList',
  resources: [
    { name: 'backups', kind: 'Backup', namespaced: true },
    { name: 'backups/status', kind: 'Backup', namespaced: true },
    { name: 'vaults', kind: 'Vault', namespaced: false },
  ],
};

/** An apiserver that serves what `served` gives for a path. */
async function serving(served: (path: string, count: number) => object | undefined) {
  const asked: string[] = [];
  const api = await startApiServer((request, response) => {
    asked.push(request.url ?? '');
    const answer = served(request.url ?? '', asked.length);
    if (answer) json(response, answer);
    else json(response, status(404, 'NotFound', 'not found'), 404);
  });
  return { asked, discovery: createDiscovery(await clientOf(api.url)) };
}

describe('createDiscovery', () => {
  it('knows the built-in kinds without a request', async () => {
    const { asked, discovery } = await serving(() => undefined);
    await expect(discovery.find('apps/v1', 'Deployment')).resolves.toMatchObject({
      plural: 'deployments',
      namespaced: true,
    });
    await expect(discovery.find('v1', 'Namespace')).resolves.toMatchObject({
      group: '',
      plural: 'namespaces',
      namespaced: false,
    });
    expect(asked).toEqual([]);
  });

  it('asks once for the kinds of a group, however many ask at the same time', async () => {
    const { asked, discovery } = await serving(() => backups);
    const find = (kind: string) => discovery.find('example.org/v1', kind);
    const [backup, vault] = await Promise.all([find('Backup'), find('Vault')]);
    expect(backup).toEqual({
      group: 'example.org',
      version: 'v1',
      kind: 'Backup',
      plural: 'backups',
      namespaced: true,
    });
    expect(vault.namespaced).toBe(false);
    await find('Vault');
    expect(asked).toEqual(['/apis/example.org/v1']);
  });

  it('finds a kind whose CRD was applied a moment ago', async () => {
    const { asked, discovery } = await serving((_, count) => (count < 3 ? undefined : backups));
    await expect(discovery.find('example.org/v1', 'Backup')).rejects.toMatchObject({
      failures: [{ code: 'UNKNOWN_KIND' }],
    });
    await expect(discovery.find('example.org/v1', 'Backup', { patience: 5000 })).resolves.toMatchObject({
      plural: 'backups',
    });
    expect(asked).toHaveLength(3);
  });

  it.each([
    ['apps/v1', 'Deploymnt', 'Did you mean Deployment (apps/v1)?'],
    ['example.org/v1', 'Backups', 'Did you mean Backup (example.org/v1)?'],
    ['v1', 'Deployment', 'Deployment is in apps/v1.'],
    ['example.com/v1', 'Quux', 'apply its CustomResourceDefinition too'],
    ['extensions/v1beta1', 'Ingress', 'write apiVersion: networking.k8s.io/v1'],
    ['apps/v1beta1', 'StatefulSet', 'write apiVersion: apps/v1'],
    ['policy/v1beta1', 'PodSecurityPolicy', 'Pod Security Admission took its place'],
  ])('says of %s %s: %s', async (apiVersion, kind, hint) => {
    const { discovery } = await serving((path) => (path === '/apis/example.org/v1' ? backups : undefined));
    await expect(discovery.find(apiVersion, kind)).rejects.toMatchObject({
      failures: [
        { code: 'UNKNOWN_KIND', subject: `${apiVersion} ${kind}`, hint: expect.stringContaining(hint) },
      ],
    });
  });

  it('stops with the signal while it waits', async () => {
    const { discovery } = await serving(() => undefined);
    const signal = AbortSignal.timeout(30);
    await expect(discovery.find('example.org/v1', 'Backup', { patience: 1e6, signal })).rejects.toThrow(
      /abort|timeout/i,
    );
  });
});
