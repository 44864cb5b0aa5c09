import { mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { freezeContext, kubeconfigOf } from '../../../src/kube/freeze-context.ts';
import { isMinikube, loadKubeConfig } from '../../../src/kube/kubeconfig.ts';
import { base64, temporaryFolder } from './api-server.ts';

const first = `
current-context: one
clusters:
  - { name: shared, cluster: { server: "https://first:6443" } }
contexts:
  - { name: one, context: { cluster: shared, user: me, namespace: shop } }
`;
const second = `
current-context: two
clusters:
  - { name: shared, cluster: { server: "https://second:6443" } }
users:
  - { name: me, user: { token: secret } }
contexts:
  - { name: one, context: { cluster: other } }
  - { name: two, context: { cluster: shared } }
`;

function files(texts: Record<string, string>): (name: string) => string {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(texts)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return (name) => join(folder, name);
}

describe('loadKubeConfig', () => {
  it('merges the files of KUBECONFIG as kubectl does: the first wins, missing ones are skipped', async () => {
    const at = files({ first, second });
    const list = [at('none'), at('first'), '', at('second'), at('first')].join(delimiter);
    const loaded = await loadKubeConfig({ env: { KUBECONFIG: list, HOME: '/nowhere' } });
    expect(loaded.files).toEqual([at('first'), at('second')]);
    expect(loaded.currentContext).toBe('one');
    expect(loaded.contexts).toEqual([
      { name: 'one', cluster: 'shared', server: 'https://first:6443', namespace: 'shop', extensions: [] },
      { name: 'two', cluster: 'shared', server: 'https://first:6443', namespace: 'default', extensions: [] },
    ]);
  });

  it('takes the current context of the first file that has one', async () => {
    const at = files({ first: first.replace('current-context: one', ''), second });
    const loaded = await loadKubeConfig({ env: { KUBECONFIG: [at('first'), at('second')].join(delimiter) } });
    expect(loaded.currentContext).toBe('two');
  });

  it('reads the named file alone, else ~/.kube/config', async () => {
    const at = files({ '.kube/config': first, second });
    const named = await loadKubeConfig({ path: at('second'), env: { KUBECONFIG: at('.kube/config') } });
    expect(named.currentContext).toBe('two');
    const usual = await loadKubeConfig({ env: { KUBECONFIG: '', HOME: at('.') } });
    expect(usual.files).toEqual([at('.kube/config')]);
  });

  it('says what to do when there is none', async () => {
    const at = files({});
    const failure = {
      code: 'NO_KUBECONFIG',
      message: expect.stringContaining(at('none')),
      hint: expect.stringContaining('minikube start'),
    };
    await expect(loadKubeConfig({ path: at('none'), env: {} })).rejects.toMatchObject({
      failures: [failure],
    });
    await expect(loadKubeConfig({ env: { KUBECONFIG: at('none') } })).rejects.toMatchObject({
      failures: [failure],
    });
    await expect(loadKubeConfig({ env: { HOME: at('none') } })).rejects.toMatchObject({
      failures: [failure],
    });
  });

  it.each([
    ['broken YAML', 'clusters:\n  - {', { line: 2 }, /not a valid kubeconfig/],
    ['a wrong type', 'contexts:\n  - name: 1\n    context: { cluster: a }', {}, /contexts\.0\.name/],
    ['something else', 'just text', {}, /not a valid kubeconfig/],
  ])('says where a file has %s', async (_, text, place, message) => {
    const at = files({ config: text });
    await expect(loadKubeConfig({ path: at('config'), env: {} })).rejects.toMatchObject({
      failures: [
        {
          code: 'KUBECONFIG_INVALID',
          at: { file: at('config'), ...place },
          message: expect.stringMatching(message),
        },
      ],
    });
  });

  it('says of a folder that it cannot be read, and takes an empty file for an empty kubeconfig', async () => {
    const at = files({ 'folder/file': '', empty: '' });
    await expect(loadKubeConfig({ path: at('folder'), env: {} })).rejects.toMatchObject({
      failures: [{ code: 'KUBECONFIG_UNREADABLE' }],
    });
    await expect(loadKubeConfig({ path: at('empty'), env: {} })).resolves.toMatchObject({ contexts: [] });
  });

  it("gives the CA's bytes from data or a file relative to the kubeconfig, and the marker of minikube", async () => {
    const at = files({
      'sub/config': `
clusters:
  - { name: a, cluster: { server: "https://a", certificate-authority: ../ca.crt, extensions: [{ name: cluster_info, extension: { provider: minikube.sigs.k8s.io, version: v1.38.1 } }] } }
  - { name: b, cluster: { server: "https://b/", certificate-authority-data: ${base64('B')} } }
  - { name: c, cluster: { server: "https://c", certificate-authority: /nowhere/ca.crt } }
contexts:
  - { name: a, context: { cluster: a } }
  - { name: b, context: { cluster: b } }
  - { name: c, context: { cluster: c } }
`,
      'ca.crt': 'A',
    });
    const { contexts } = await loadKubeConfig({ path: at('sub/config'), env: {} });
    expect(contexts.map(({ ca }) => ca && Buffer.from(ca).toString())).toEqual(['A', 'B', undefined]);
    expect(contexts.map(isMinikube)).toEqual([true, false, false]);
    expect(contexts.map(({ server }) => server)).toEqual(['https://a', 'https://b', 'https://c']);
  });
});

describe('freezeContext', () => {
  const config = `
clusters:
  - { name: there, cluster: { server: "https://there", certificate-authority: ca.crt } }
  - { name: bare, cluster: {} }
users:
  - { name: me, user: { client-certificate: me.crt, client-key: me.key, exec: { command: ./login, args: [now] } } }
  - { name: broken, user: { client-key: none.key } }
contexts:
  - { name: good, context: { cluster: there, user: me } }
  - { name: nobody, context: { cluster: there } }
  - { name: unknown-user, context: { cluster: there, user: who } }
  - { name: unknown-cluster, context: { cluster: where } }
  - { name: no-server, context: { cluster: bare } }
  - { name: no-key, context: { cluster: there, user: broken } }
`;
  const loaded = async () => {
    const at = files({ config, 'ca.crt': 'CA', 'me.crt': 'CERT', 'me.key': 'KEY' });
    return { at, loaded: await loadKubeConfig({ path: at('config'), env: {} }) };
  };

  it('gives a kubeconfig of this context alone with every certificate inside', async () => {
    const { at, loaded: config } = await loaded();
    expect(JSON.parse(kubeconfigOf(await freezeContext(config, 'good')))).toEqual({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'good',
      clusters: [
        { name: 'there', cluster: { server: 'https://there', 'certificate-authority-data': base64('CA') } },
      ],
      users: [
        {
          name: 'me',
          user: {
            'client-certificate-data': base64('CERT'),
            'client-key-data': base64('KEY'),
            exec: { command: at('login'), args: ['now'] },
          },
        },
      ],
      contexts: [{ name: 'good', context: { cluster: 'there', user: 'me' } }],
    });
  });

  it('freezes a context without a user', async () => {
    const { loaded: config } = await loaded();
    await expect(freezeContext(config, 'nobody')).resolves.toMatchObject({ server: 'https://there' });
  });

  it.each([
    ['unknown-user', 'KUBECONFIG_INVALID', 'there is no user "who"'],
    ['unknown-cluster', 'KUBECONFIG_INVALID', 'there is no cluster "where"'],
    ['no-server', 'KUBECONFIG_INVALID', 'cluster "bare" has no server'],
    ['no-key', 'KUBECONFIG_UNREADABLE', 'none.key'],
    ['goood', 'UNKNOWN_CONTEXT', 'no context "goood"'],
  ])('refuses %s with %s', async (name, code, text) => {
    const { loaded: config } = await loaded();
    await expect(freezeContext(config, name)).rejects.toMatchObject({
      failures: [{ code, message: expect.stringContaining(text) }],
    });
  });
});
