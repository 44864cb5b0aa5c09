import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../src/kube/kube-object.ts';
import { deleteResource, getResource } from '../../../src/kube/resources.ts';
import { type ApplyOptions, applyManifest } from '../../../src/kube/server-side-apply.ts';
import { bodyOf, clientOf, json, startApiServer, status } from './api-server.ts';

const deployments = {
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  plural: 'deployments',
  namespaced: true,
};
const roles = {
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  kind: 'ClusterRole',
  plural: 'clusterroles',
  namespaced: false,
};
const manifest = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { bogus: 1, replicas: 2 },
};

/** Applies to a server where the object is `before` and becomes `after`. */
async function apply(before: KubeObject | undefined, after: KubeObject, options: Partial<ApplyOptions> = {}) {
  const requests: { method: string; url: string; body?: unknown }[] = [];
  const api = await startApiServer(async (request, response) => {
    const body = await bodyOf(request);
    requests.push({
      method: request.method ?? '',
      url: request.url ?? '',
      ...(body ? { body: JSON.parse(body) } : {}),
    });
    if (request.method === 'PATCH')
      json(response, after, before ? 200 : 201, { warning: '299 - "deprecated"' });
    else if (before) json(response, before);
    else json(response, status(404, 'NotFound', 'not found'), 404);
  });
  const client = await clientOf(api.url);
  const applied = await applyManifest(client, deployments, manifest, {
    fieldValidation: 'Strict',
    ...options,
  });
  return { applied, requests };
}

const object = (resourceVersion: string, spec: object, more: object = {}): KubeObject => ({
  metadata: {
    name: 'web',
    resourceVersion,
    generation: Number(resourceVersion),
    managedFields: [resourceVersion],
  },
  spec,
  ...more,
});

describe('applyManifest', () => {
  it('sends the manifest exactly as it is, unknown fields included', async () => {
    const { requests } = await apply(undefined, object('1', {}), { force: true });
    expect(requests[1]).toEqual({
      method: 'PATCH',
      url: '/apis/apps/v1/namespaces/shop/deployments/web?fieldManager=rockpool&force=true&fieldValidation=Strict',
      body: manifest,
    });
  });

  it('tells created, with the warnings', async () => {
    const { applied } = await apply(undefined, object('1', {}));
    expect(applied).toEqual({ outcome: 'created', object: object('1', {}), warnings: ['deprecated'] });
  });

  it.each([
    ['unchanged', 'nothing was written', object('4', { replicas: 2 }), object('4', { replicas: 2 }), {}],
    ['changed', 'the spec is another one', object('4', { replicas: 1 }), object('5', { replicas: 2 }), {}],
    [
      'unchanged',
      'a controller wrote its status in between',
      object('4', {}),
      object('5', {}, { status: { ready: 1 } }),
      {},
    ],
    [
      'changed',
      'a dry run would change it, which keeps its version',
      object('4', { a: 1 }),
      object('4', { a: 2 }),
      { dryRun: true },
    ],
    ['unchanged', 'a dry run would change nothing', object('4', {}), object('4', {}), { dryRun: true }],
  ] as const)('tells %s when %s', async (outcome, _, before, after, options) => {
    const { applied, requests } = await apply(before, after, options);
    expect(applied).toMatchObject({ outcome, before, object: after });
    expect(requests[1]?.url.includes('dryRun=All')).toBe('dryRun' in options);
  });

  it('tells unknown fields and wrong types as invalid, with their places', async () => {
    const text = `failed to create typed patch object (shop/web; apps/v1, Kind=Deployment): errors:
  .spec.template.spec.containers[name="web"].imag: field not declared in schema
  .data.a: expected string, got &value.valueUnstructured{Value:1}`;
    const api = await startApiServer((request, response) =>
      request.method === 'GET' ? json(response, object('1', {})) : json(response, status(500, '', text), 500),
    );
    const client = await clientOf(api.url);
    await expect(
      applyManifest(client, deployments, manifest, { fieldValidation: 'Warn' }),
    ).rejects.toMatchObject({
      status: {
        code: 422,
        reason: 'Invalid',
        causes: [
          {
            reason: 'FieldValueUnknown',
            field: 'spec.template.spec.containers[name="web"].imag',
            message: 'unknown field',
          },
          { reason: 'FieldValueTypeInvalid', field: 'data.a', message: 'expected string, got 1' },
        ],
      },
    });
  });

  it('rejects with the conflict when another manager owns a field', async () => {
    const causes = [
      { reason: 'FieldManagerConflict', message: 'conflict with "kubectl"', field: '.spec.replicas' },
    ];
    const api = await startApiServer((request, response) =>
      request.method === 'GET'
        ? json(response, object('1', {}))
        : json(response, status(409, 'Conflict', 'Apply failed', causes), 409),
    );
    await expect(
      applyManifest(await clientOf(api.url), deployments, manifest, { fieldValidation: 'Strict' }),
    ).rejects.toMatchObject({ status: { code: 409, causes } });
  });
});

describe('resources', () => {
  it('gets and deletes by name, capitals and colons kept, and tells absence', async () => {
    const requests: unknown[] = [];
    const api = await startApiServer(async (request, response) => {
      const body = await bodyOf(request);
      requests.push([request.method, request.url, body && JSON.parse(body)]);
      if (requests.length > 2) json(response, status(404, 'NotFound', 'gone'), 404);
      else json(response, { metadata: { name: 'My:Role' } });
    });
    const client = await clientOf(api.url);
    const place = { name: 'My:Role' };
    await expect(getResource(client, roles, place)).resolves.toEqual({ metadata: { name: 'My:Role' } });
    await expect(deleteResource(client, roles, place, { gracePeriod: 0, uid: 'u' })).resolves.toBe(true);
    await expect(getResource(client, roles, place)).resolves.toBeUndefined();
    await expect(deleteResource(client, roles, place)).resolves.toBe(false);
    const path = '/apis/rbac.authorization.k8s.io/v1/clusterroles/My:Role';
    const options = { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: 'Background' };
    expect(requests).toEqual([
      ['GET', path, ''],
      ['DELETE', path, { ...options, gracePeriodSeconds: 0, preconditions: { uid: 'u' } }],
      ['GET', path, ''],
      ['DELETE', path, options],
    ]);
  });
});
