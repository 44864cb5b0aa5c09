import { describe, expect, it } from 'vitest';
import { diffResources } from '../../../src/deploy/diff-resources.ts';
import { renderManifests } from '../../../src/deploy/render.ts';
import { createDiscovery } from '../../../src/kube/discovery.ts';
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
  const config = { root, name: 'shop', images: [], manifests: ['k8s'], generated: [], values: {}, env: {} };
  const { resources } = await renderManifests({ config, namespace: 'dev', refs: {}, git }, signal);
  const { client, asked } = await startScriptedApiserver(script);
  return { resources, client, asked, discovery: createDiscovery(client) };
}

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
