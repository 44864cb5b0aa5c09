import { describe, expect, it } from 'vitest';
import { isLocalCluster } from '../../../src/cluster/is-local-cluster.ts';

const near = 'https://127.0.0.1:6443';

describe('isLocalCluster', () => {
  it.each([
    'minikube',
    'docker-desktop',
    'docker-for-desktop',
    'kind-kind',
    'k3d-dev',
    'rancher-desktop',
    'colima',
    'colima-work',
    'orbstack',
    'microk8s',
    'sandbox',
  ])('takes a near cluster named %s for local', (name) => {
    expect(isLocalCluster({ name, server: near })).toBe(true);
  });

  it.each([
    'prod',
    'prod-minikube',
    'minikube-prod',
    'Minikube',
    'kind',
    'kind-',
    'my-kind-kind',
    'gke_kind-kind',
    'docker-desktop2',
    'orbstack\nminikube',
    '',
  ])('does not take a near cluster named %j for local', (name) => {
    expect(isLocalCluster({ name, server: near })).toBe(false);
  });

  it('takes a cluster that minikube marked for local, whatever its name', () => {
    expect(isLocalCluster({ name: 'work', minikube: true, server: 'https://192.168.58.2:8443' })).toBe(true);
  });

  it('never takes a far server for local, also under a local name and mark', () => {
    expect(isLocalCluster({ name: 'minikube', minikube: true, server: 'https://203.0.113.7:6443' })).toBe(
      false,
    );
  });

  it('never takes a cluster behind a proxy for local', () => {
    const context = { name: 'minikube', server: 'https://10.0.0.1', proxyUrl: 'socks5://127.0.0.1:1080' };
    expect(isLocalCluster(context)).toBe(false);
  });
});
