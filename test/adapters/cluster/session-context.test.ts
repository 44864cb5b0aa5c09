import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { guardContext } from '../../../src/cluster/guard-context.ts';
import { createSessionContext } from '../../../src/cluster/session-context.ts';
import { toClusterContext } from '../../../src/cluster/to-cluster-context.ts';
import { freezeContext } from '../../../src/kube/freeze-context.ts';
import { loadKubeConfig } from '../../../src/kube/kubeconfig.ts';

let folder: string;
let env: { KUBECONFIG: string; XDG_RUNTIME_DIR: string };
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rockpool-test-'));
  const runtime = await mkdtemp(join(folder, 'runtime-'));
  env = { KUBECONFIG: join(folder, 'config'), XDG_RUNTIME_DIR: runtime };
  await writeFile(join(folder, 'ca.crt'), 'FIRST');
  await writeFile(env.KUBECONFIG, kubeconfig);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const kubeconfig = `
apiVersion: v1
kind: Config
current-context: work
contexts:
  - { name: work, context: { cluster: profile, user: ada, namespace: shop } }
  - { name: minikube, context: { cluster: far, user: admin } }
  - { name: colima, context: { cluster: proxied, user: ada } }
clusters:
  - name: profile
    cluster:
      server: https://192.168.49.2:8443
      certificate-authority: ca.crt
      extensions: [{ name: cluster_info, extension: { provider: minikube.sigs.k8s.io, version: v1.38.1 } }]
  - { name: far, cluster: { server: "https://203.0.113.7:6443" } }
  - { name: proxied, cluster: { server: "https://127.0.0.1:6443", proxy-url: "http://bastion.example:3128" } }
users:
  - { name: ada, user: { token: ada-token } }
  - { name: admin, user: { token: admin-token } }
`;

const freeze = async (name: string) => freezeContext(await loadKubeConfig({ env }), name);

describe('createSessionContext', () => {
  it('keeps name, server, namespace and the hash of the CA', async () => {
    await expect(createSessionContext(await freeze('work'), { env })).resolves.toMatchObject({
      name: 'work',
      server: 'https://192.168.49.2:8443',
      namespace: 'shop',
      caHash: createHash('sha256').update('FIRST').digest('hex'),
    });
  });

  it('writes a kubeconfig for children that only its owner can read and that knows no other cluster', async () => {
    const { kubeconfig: path } = await createSessionContext(await freeze('work'), { env });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(dirname(path))).mode & 0o777).toBe(0o700);
    expect(await load(path)).toMatchObject({ server: 'https://192.168.49.2:8443', namespace: 'shop' });
    const text = await readFile(path, 'utf8');
    expect(text).not.toContain('admin-token');
    expect(text).not.toContain('203.0.113.7');
  });

  it('gives children the namespace of the session', async () => {
    const context = await createSessionContext(await freeze('work'), { namespace: 'other', env });
    expect(context.namespace).toBe('other');
    expect(await load(context.kubeconfig)).toMatchObject({ namespace: 'other' });
  });

  it('stays what it was when the kubeconfig and the CA are changed', async () => {
    const context = await createSessionContext(await freeze('work'), { env });
    await writeFile(join(folder, 'ca.crt'), 'SECOND');
    await writeFile(
      env.KUBECONFIG,
      kubeconfig
        .replace('192.168.49.2', '203.0.113.9')
        .replace('current-context: work', 'current-context: minikube'),
    );
    expect(await load(context.kubeconfig)).toEqual({
      server: 'https://192.168.49.2:8443',
      namespace: 'shop',
      ca: 'FIRST',
    });
  });

  it('leaves nothing after dispose, which may be called twice', async () => {
    const context = await createSessionContext(await freeze('work'), { env });
    await context.dispose();
    await context.dispose();
    expect(await readdir(env.XDG_RUNTIME_DIR)).toEqual([]);
  });

  it('does without a runtime directory', async () => {
    const gone = { XDG_RUNTIME_DIR: join(folder, 'gone') };
    const context = await createSessionContext(await freeze('work'), { env: gone });
    expect(existsSync(context.kubeconfig)).toBe(true);
    await context.dispose();
  });
});

describe('toClusterContext', () => {
  it('knows a minikube cluster by its mark, and its profile by the name of the cluster', async () => {
    expect(toClusterContext(await freeze('work'))).toMatchObject({
      name: 'work',
      cluster: 'profile',
      minikube: true,
    });
  });

  it.each([
    ['work', undefined],
    ['minikube', 'CONTEXT_REFUSED'],
    ['colima', 'CONTEXT_REFUSED'],
  ])('lets the guard judge what a kubeconfig holds: %s', async (name, code) => {
    const context = toClusterContext(await freeze(name));
    const judge = () => guardContext(context);
    if (code)
      expect(judge).toThrow(expect.objectContaining({ failures: [expect.objectContaining({ code })] }));
    else expect(judge).not.toThrow();
  });
});

/** What a child process reads out of the file. */
async function load(path: string): Promise<{ server?: string; namespace?: string; ca?: string }> {
  const config = new KubeConfig();
  config.loadFromFile(path);
  const cluster = config.getCurrentCluster();
  const namespace = config.getContextObject(config.getCurrentContext())?.namespace;
  const ca = cluster?.caData && Buffer.from(cluster.caData, 'base64').toString();
  return { ...(cluster && { server: cluster.server }), ...(namespace && { namespace }), ...(ca && { ca }) };
}
