import { expect, it } from 'vitest';
import { scopes } from '../../../src/deploy/kind-scope.ts';

const object = (apiVersion: string, kind: string, spec?: object) => ({
  apiVersion,
  kind,
  metadata: { name: 'a' },
  spec,
});
const crd = (kind: string, scope: string) =>
  object('apiextensions.k8s.io/v1', 'CustomResourceDefinition', { group: 'x.dev', scope, names: { kind } });

it.each([
  ['v1', 'ConfigMap', true],
  ['v1', 'Namespace', false],
  ['rbac.authorization.k8s.io/v1', 'ClusterRole', false],
  ['node.k8s.io/v1', 'RuntimeClass', false],
  ['x.dev/v1', 'Pool', true],
  ['x.dev/v2', 'Sea', false],
  ['y.dev/v1', 'Told', false],
  ['y.dev/v1', 'Unheard', true],
])('%s %s is namespaced: %s', async (apiVersion, kind, namespaced) => {
  const cluster = async (_: string, asked: string) => (asked === 'Told' ? false : undefined);
  const isNamespaced = scopes([crd('Pool', 'Namespaced'), crd('Sea', 'Cluster')], cluster);
  expect(await isNamespaced(object(apiVersion, kind))).toBe(namespaced);
});
