import { expect, it } from 'vitest';
import { builtinKind } from '../../../../src/sandbox/api/kinds.ts';
import { createRegistry } from '../../../../src/sandbox/api/registry.ts';
import { NAMESPACES } from '../../../../src/sandbox/controllers/objects.ts';
import { startSandboxCluster } from '../../../support/sandbox-cluster.ts';

const DEFINITIONS = builtinKind('apiextensions.k8s.io', 'customresourcedefinitions');

it('says of a custom kind that it is served, empties namespaces of its objects, and takes them with it', () => {
  const cluster = startSandboxCluster();
  cluster.objects.create(DEFINITIONS, '', {
    metadata: { name: 'things.example.com' },
    spec: {
      ...{ group: 'example.com', scope: 'Namespaced', names: { kind: 'Thing', plural: 'things' } },
      versions: [{ name: 'v1', served: true, storage: true }],
    },
  });
  cluster.run();
  const definition = cluster.objects.get(DEFINITIONS, '', 'things.example.com')!;
  expect(definition.status).toMatchObject({
    storedVersions: ['v1'],
    conditions: [
      { type: 'NamesAccepted', status: 'True' },
      { type: 'Established', status: 'True' },
    ],
  });
  const things = createRegistry(cluster.store).find('example.com', 'v1', 'things')!;
  cluster.objects.create(NAMESPACES, '', { metadata: { name: 'shop' } });
  for (const namespace of ['default', 'shop'])
    cluster.objects.create(things, namespace, { kind: 'Thing', metadata: { name: 'a' } });
  cluster.objects.delete(NAMESPACES, cluster.objects.get(NAMESPACES, '', 'shop')!);
  cluster.run();
  expect(cluster.objects.list(things).map(({ metadata }) => metadata.namespace)).toEqual(['default']);
  cluster.objects.delete(DEFINITIONS, definition);
  cluster.run();
  expect(cluster.objects.list(things)).toEqual([]);
  expect(cluster.bugs).toEqual([]);
  cluster.close();
});
