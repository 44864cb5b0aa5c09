import { describe, expect, it } from 'vitest';
import { builtinKinds, replacementOf } from '../../../src/kube/builtin-kinds.ts';
import { apiVersionOf, parseApiVersion, resourcePath } from '../../../src/kube/kube-path.ts';

const pods = { group: '', version: 'v1', plural: 'pods', namespaced: true };
const roles = {
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  plural: 'clusterroles',
  namespaced: false,
};

describe('resourcePath', () => {
  it.each([
    [pods, {}, '/api/v1/pods'],
    [pods, { namespace: 'shop' }, '/api/v1/namespaces/shop/pods'],
    [
      pods,
      { namespace: 'shop', name: 'web-0', subresource: 'log' },
      '/api/v1/namespaces/shop/pods/web-0/log',
    ],
    [
      roles,
      { name: 'system:Node/x y' },
      '/apis/rbac.authorization.k8s.io/v1/clusterroles/system:Node%2Fx%20y',
    ],
    [roles, { namespace: 'shop', name: 'a' }, '/apis/rbac.authorization.k8s.io/v1/clusterroles/a'],
  ])('of %o at %o is %s', (type, place, path) => {
    expect(resourcePath(type, place)).toBe(path);
  });

  it('takes no name without its namespace, which would be an object of another one', () => {
    expect(() => resourcePath(pods, { name: 'web-0' })).toThrow(TypeError);
    expect(() => resourcePath(pods, { name: 'web-0', namespace: '' })).toThrow('pods/web-0');
  });
});

describe('apiVersion', () => {
  it.each([
    ['v1', { group: '', version: 'v1' }],
    ['apps/v1', { group: 'apps', version: 'v1' }],
  ])('%s is %o and back', (apiVersion, parts) => {
    expect(parseApiVersion(apiVersion)).toEqual(parts);
    expect(apiVersionOf(parts)).toBe(apiVersion);
  });
});

describe('builtinKinds', () => {
  const of = (apiVersion: string, kind: string) =>
    builtinKinds.find((type) => apiVersionOf(type) === apiVersion && type.kind === kind);

  it.each([
    ['v1', 'PersistentVolumeClaim', { plural: 'persistentvolumeclaims', namespaced: true }],
    ['networking.k8s.io/v1', 'Ingress', { plural: 'ingresses', namespaced: true }],
    [
      'rbac.authorization.k8s.io/v1',
      'ClusterRoleBinding',
      { plural: 'clusterrolebindings', namespaced: false },
    ],
    ['storage.k8s.io/v1', 'StorageClass', { plural: 'storageclasses', namespaced: false }],
  ])('has %s %s', (apiVersion, kind, expected) => {
    expect(of(apiVersion, kind)).toMatchObject(expected);
  });

  it('has no kind twice in one apiVersion', () => {
    const keys = builtinKinds.map((type) => `${apiVersionOf(type)} ${type.kind}`);
    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe('replacementOf', () => {
  it.each([
    ['extensions/v1beta1', 'Deployment', 'apps/v1'],
    ['extensions/v1beta1', 'NetworkPolicy', 'networking.k8s.io/v1'],
    ['batch/v1beta1', 'CronJob', 'batch/v1'],
    ['autoscaling/v2beta2', 'HorizontalPodAutoscaler', 'autoscaling/v2'],
  ])('%s %s is now in %s', (apiVersion, kind, now) => {
    expect(replacementOf(apiVersion, kind)).toContain(`write apiVersion: ${now},`);
  });

  it('says nothing of what is no removed version', () => {
    expect(replacementOf('apps/v1', 'Deploymnt')).toBeUndefined();
    expect(replacementOf('extensions/v1beta1', 'Whatever')).toBeUndefined();
  });
});
