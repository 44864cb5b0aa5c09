import { describe, expect, test } from 'vitest';
import { clusterCheck } from '../../../src/control/kube-cluster-check.ts';
import { current, failed } from '../../../src/control/verdict.ts';
import type { KubeClient } from '../../../src/kube/kube-client.ts';
import { failure, rendered, stateAfter, up } from '../ui/builders.ts';

const never = new AbortController().signal;
const bad = failed([failure()]);
const state = stateAfter(up);

/** What an apiserver has, by the plural of the kind. */
function serverOf(items: Readonly<Record<string, readonly object[]>>) {
  const request = async ({ path }: { path: string }) => ({
    status: 200,
    warnings: [],
    body: { items: items[path.slice(path.lastIndexOf('/') + 1)] ?? [] },
  });
  return { request } as unknown as Pick<KubeClient, 'request'>;
}

const podOf = (uid: string, over: object = {}) => ({ metadata: { uid, name: uid, ...over } });
const known = [podOf('uid-1'), podOf('api')];
const ofSet = (uid: string, set: string, hash: string) =>
  podOf(uid, {
    labels: { 'pod-template-hash': hash },
    ownerReferences: [{ controller: true, uid: set }],
  });
const setOf = (uid: string, revision: string, hash: string) => ({
  metadata: {
    uid,
    labels: { 'pod-template-hash': hash },
    annotations: { 'deployment.kubernetes.io/revision': revision },
    ownerReferences: [{ controller: true, uid: 'd' }],
  },
});
const deploymentOf = (revision: string, observedGeneration = 2) => ({
  metadata: { uid: 'd', generation: 2, annotations: { 'deployment.kubernetes.io/revision': revision } },
  status: { observedGeneration },
});

describe('whether the session knows the pods that there are', () => {
  test.each([
    ['the same', known, undefined],
    [
      'one is on its way out and was not told',
      [podOf('uid-1', { deletionTimestamp: 'x' }), podOf('api')],
      /web-7d9f8c6b5-1/,
    ],
    ['one is gone and was not told', [podOf('api')], /web-7d9f8c6b5-1/],
    ['one came and was not told', [...known, podOf('new')], /pod new/],
    ['one came and goes already', [...known, podOf('new', { deletionTimestamp: 'x' })], undefined],
    ['another one of the same name', [podOf('uid-9', { name: 'web-7d9f8c6b5-1' }), podOf('api')], /web/],
  ])('%s', async (_, pods, about) => {
    const { lags } = await clusterCheck(serverOf({ pods }), state, current, never);
    if (about) expect(lags).toMatch(about);
    else expect(lags).toBeUndefined();
  });
});

test('a Service of the project that is another one than the session was told is waited for', async () => {
  const service = (selector: object, name = 'web') => ({
    metadata: { namespace: 'shop', name },
    spec: { selector, ports: [{ port: 80 }] },
  });
  const told = stateAfter([
    ...up,
    [3, rendered({ 'Deployment/shop/web': ['shop/web'], 'Service/shop/web': [] })],
    [
      3,
      {
        type: 'service.observed',
        service: {
          ...{ namespace: 'shop', name: 'web', selector: { app: 'web' } },
          ports: [{ port: 80, targetPort: 80 }],
        },
      },
    ],
  ]);
  const lags = async (...services: object[]) =>
    (await clusterCheck(serverOf({ pods: known, services }), told, current, never)).lags;
  expect(await lags(service({ app: 'web' }), service({ app: 'x' }, 'of-others'))).toBeUndefined();
  expect(await lags(service({ app: 'wob' }))).toMatch(/Service web/);
});

describe('which pods are of an older template, when some have failed', () => {
  const pods = [ofSet('uid-1', 'r1', 'a'), ofSet('api', 'r2', 'b')];
  const replicasets = [setOf('r1', '3', 'a'), setOf('r2', '4', 'b')];
  test.each([
    ['the newest is b', deploymentOf('4'), ['uid-1']],
    ['back to a, which has the newest revision then', deploymentOf('3'), ['api']],
    ['the controller has not seen the newest spec', deploymentOf('4', 1), ['uid-1', 'api']],
  ])('%s', async (_, deployment, old) => {
    const server = serverOf({ pods, replicasets, deployments: [deployment] });
    const { oldPods } = await clusterCheck(server, state, bad, never);
    expect([...(oldPods ?? [])]).toEqual(old);
  });

  test('of a StatefulSet, by its update revision; of anything else none', async () => {
    const revision = (uid: string, hash: string) =>
      podOf(uid, {
        labels: { 'controller-revision-hash': hash },
        ownerReferences: [{ controller: true, uid: 's' }],
      });
    const statefulsets = [
      { metadata: { uid: 's', generation: 1 }, status: { observedGeneration: 1, updateRevision: 'n' } },
    ];
    const server = serverOf({ pods: [revision('uid-1', 'n'), revision('api', 'o')], statefulsets });
    expect([...((await clusterCheck(server, state, bad, never)).oldPods ?? [])]).toEqual(['api']);
    expect((await clusterCheck(serverOf({ pods: known }), state, bad, never)).oldPods?.size).toBe(0);
  });
});
