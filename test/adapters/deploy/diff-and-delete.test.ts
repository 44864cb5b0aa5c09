import { describe, expect, it } from 'vitest';
import { type DeleteReport, deleteResources } from '../../../src/deploy/delete-resources.ts';
import { diffResources } from '../../../src/deploy/diff-resources.ts';
import { renderManifests } from '../../../src/deploy/render.ts';
import { createDiscovery } from '../../../src/kube/discovery.ts';
import { RockpoolError } from '../../../src/session/failure.ts';
import { makeProject } from '../../unit/config/make-project.ts';
import { type Answer, type Asked, refusal, startScriptedApiserver } from './scripted-apiserver.ts';

const git = { short: async () => '', branch: async () => '', dirty: async () => false };
const signal = new AbortController().signal;
type Script = (asked: Asked) => Answer | undefined;

const configMap = (name: string, data = '{ a: "1" }') =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name} }\ndata: ${data}\n---\n`;
const object = (apiVersion: string, kind: string, name: string) =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: ${name} }\n---\n`;

async function setUp(manifests: string, script: Script) {
  const root = await makeProject({ 'k8s/a.yaml': manifests });
  const config = { root, name: 'shop', images: [], manifests: ['k8s'], values: {}, env: {} };
  const { resources } = await renderManifests({ config, namespace: 'dev', refs: {}, git }, signal);
  const { client, asked } = await startScriptedApiserver(script);
  return { resources, client, asked, discovery: createDiscovery(client) };
}

/** What is live, as the server has it. */
const live = (body: unknown, labels = {}) => ({
  body: {
    ...(body as object),
    metadata: { ...(body as { metadata: object }).metadata, uid: 'u1', resourceVersion: '1', labels },
  },
});

describe('diffResources', () => {
  const diff = async (manifests: string, script: Script) => {
    const { resources, client, asked, discovery } = await setUp(manifests, script);
    const diffs = await diffResources(resources, {
      client,
      discovery,
      app: 'shop',
      namespace: 'dev',
      signal,
    });
    return {
      diffs: Object.fromEntries(diffs.map(({ key, change, text }) => [key, `${change}\n${text}`])),
      asked,
    };
  };

  it('shows what a dry run of the apply would change, and writes nothing', async () => {
    const liveMap = (name: string, data: object) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name, namespace: 'dev', uid: 'u', resourceVersion: '1' },
      data,
    });
    const { diffs, asked } = await diff(
      configMap('new') + configMap('other') + configMap('same'),
      ({ method, url, body }) => {
        if (method === 'PATCH')
          return url.includes('/new?')
            ? undefined
            : { body: liveMap(url.includes('/same?') ? 'same' : 'other', (body as { data: object }).data) };
        if (url.includes('/configmaps/other')) return { body: liveMap('other', { a: '0' }) };
        return url.includes('/configmaps/same') ? { body: liveMap('same', { a: '1' }) } : undefined;
      },
    );
    expect(diffs['ConfigMap/dev/same']).toBe('unchanged\n');
    expect(diffs['ConfigMap/dev/other']).toBe(
      'changed\n--- live/ConfigMap/dev/other\n+++ k8s/a.yaml/ConfigMap/dev/other\n@@ -4,4 +4,4 @@\n   name: other\n   namespace: dev\n data:\n-  a: "0"\n+  a: "1"\n',
    );
    expect(diffs['ConfigMap/dev/new']).toContain('new\n--- live/ConfigMap/dev/new\n');
    for (const { method, url } of asked) if (method !== 'GET') expect(url).toContain('dryRun=All');
  });

  it('never shows the values of a Secret', async () => {
    const secret = 'apiVersion: v1\nkind: Secret\nmetadata: { name: a }\nstringData: { token: hunter2 }\n';
    const { diffs } = await diff(secret, () => undefined);
    expect(diffs['Secret/dev/a']).toContain('token: "***"');
    expect(JSON.stringify(diffs)).not.toContain('hunter2');
  });

  it('takes what the apply would make first for new: the namespace, CRDs', async () => {
    const crd =
      'apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: { name: p }\nspec: { group: x.dev, scope: Namespaced, names: { kind: Pool } }\n---\n';
    const { diffs } = await diff(crd + object('x.dev/v1', 'Pool', 'a') + configMap('b'), ({ method, url }) =>
      method === 'PATCH' && url.includes('/configmaps/')
        ? refusal(404, 'NotFound', 'namespaces "dev" not found')
        : undefined,
    );
    expect(Object.entries(diffs).map(([key, text]) => `${key} ${text.slice(0, 3)}`)).toEqual([
      'CustomResourceDefinition//p new',
      'ConfigMap/dev/b new',
      'Pool/dev/a new',
    ]);
  });

  it('says that a changed Job is replaced', async () => {
    const immutable = refusal(422, 'Invalid', 'x', [
      { field: 'spec.template', reason: 'FieldValueInvalid', message: 'field is immutable' },
    ]);
    const { diffs } = await diff(object('batch/v1', 'Job', 'once'), ({ method }) =>
      method === 'PATCH' ? immutable : undefined,
    );
    expect(diffs['Job/dev/once']).toBe('replaced\n');
  });

  it('tells every refusal with its place', async () => {
    const wrong = diff(configMap('a') + configMap('b'), ({ method }) =>
      method === 'PATCH' ? refusal(422, 'Invalid', 'no good') : undefined,
    );
    await expect(wrong).rejects.toMatchObject({ failures: [{ at: { line: 3 } }, { at: { line: 8 } }] });
  });
});

describe('deleteResources', () => {
  const remove = async (manifests: string, script: Script) => {
    const { resources, client, asked, discovery } = await setUp(manifests, script);
    const reports: DeleteReport[] = [];
    const report = (entry: DeleteReport) => reports.push(entry);
    const error: unknown = await deleteResources(resources, {
      client,
      discovery,
      app: 'shop',
      report,
      signal,
    }).catch((thrown) => thrown);
    if (error !== undefined && !(error instanceof RockpoolError)) throw error;
    return {
      asked,
      reports: reports.map(({ key, outcome }) => `${outcome} ${key}`),
      failures: error?.failures ?? [],
    };
  };
  const ours = { 'rockpool.dev/app': 'shop' };

  it('deletes what is ours in the reverse order, waits until it is gone, and keeps data and namespaces', async () => {
    const left = new Map([
      ['deployments/web', 2],
      ['configmaps/a', 1],
    ]);
    const { asked, reports, failures } = await remove(
      object('v1', 'Namespace', 'dev') +
        configMap('a') +
        configMap('none') +
        configMap('foreign') +
        object('v1', 'PersistentVolumeClaim', 'data') +
        object('apps/v1', 'Deployment', 'web'),
      ({ method, url }) => {
        const name = url.split('?')[0]?.split('/').slice(-2).join('/') ?? '';
        if (name === 'configmaps/foreign') return live({ metadata: {} }, { 'rockpool.dev/app': 'other' });
        if (method !== 'GET') return undefined;
        const looks = left.get(name) ?? 0;
        left.set(name, looks - 1);
        return looks > 0 ? live({ metadata: {} }, ours) : undefined;
      },
    );
    expect(failures).toEqual([]);
    expect([reports[0], reports.at(-1)]).toEqual(['deleted Deployment/dev/web', 'kept Namespace//dev']);
    expect(reports.slice(1, -1).sort()).toEqual([
      'absent ConfigMap/dev/none',
      'deleted ConfigMap/dev/a',
      'foreign ConfigMap/dev/foreign',
      'kept PersistentVolumeClaim/dev/data',
    ]);
    const deletes = asked.filter(({ method }) => method === 'DELETE');
    expect(deletes.map(({ url }) => url)).toEqual([
      '/apis/apps/v1/namespaces/dev/deployments/web',
      '/api/v1/namespaces/dev/configmaps/a',
    ]);
    for (const { body } of deletes)
      expect(body).toMatchObject({ preconditions: { uid: 'u1' }, propagationPolicy: 'Foreground' });
  });

  it('takes an object that was made anew meanwhile for gone, and leaves it', async () => {
    let uid = 'u1';
    const { asked, reports } = await remove(configMap('a'), ({ method }) => {
      if (method === 'DELETE') uid = 'u2';
      return method === 'GET' ? { body: { metadata: { uid, labels: ours } } } : undefined;
    });
    expect(reports).toEqual(['deleted ConfigMap/dev/a']);
    expect(asked.filter(({ method }) => method === 'DELETE')).toHaveLength(1);
  });

  it('goes on after a failure, and tells it', async () => {
    const { reports, failures } = await remove(configMap('a') + configMap('b'), ({ method, url }) => {
      if (url.includes('/b')) return undefined;
      return method === 'GET' ? live({ metadata: {} }, ours) : refusal(403, 'Forbidden', 'not you');
    });
    expect(reports).toEqual(['absent ConfigMap/dev/b']);
    expect(failures).toMatchObject([
      { code: 'DELETE_FAILED', subject: 'ConfigMap/dev/a', message: 'ConfigMap a is not deleted: not you' },
    ]);
  });
});
